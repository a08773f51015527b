import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

const REPOSITORY = join(import.meta.dirname, "..");

/** A program of the demo, in a process of its own. */
export interface Program {
  readonly pid: number;
  /** Resolves with the exit status; null where a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Resolves with the rest of the first line of its output that begins with the prefix. */
  lineAfter(prefix: string): Promise<string>;
  /** Calls back with each line of its output. */
  onLine(listener: (line: string) => void): void;
  signal(name: NodeJS.Signals): void;
}

/** Starts a TypeScript program of this repository; its errors go to this process's own. */
export function startProgram(
  script: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Program {
  const flags = ["--conditions=source", "--disable-warning=ExperimentalWarning"];
  const child = spawn(process.execPath, [...flags, join(REPOSITORY, script), ...args], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout });
  const exited = exitOf(child);
  return {
    pid: child.pid ?? 0,
    exited,
    onLine: (listener) => void lines.on("line", listener),
    signal: (name) => void child.kill(name),
    lineAfter: (prefix) =>
      new Promise((resolve, reject) => {
        const listener = (line: string): void => {
          if (line.startsWith(prefix)) {
            lines.off("line", listener);
            resolve(line.slice(prefix.length).trim());
          }
        };
        lines.on("line", listener);
        exited.then((status) => reject(new Error(`${script} ended with status ${status}`)), reject);
      }),
  };
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  const [status] = (await once(child, "exit")) as [number | null];
  return status;
}
