import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Observation } from "./observation.ts";
import { keyOf, type LeaseRef } from "./wire.ts";

/** How a handler ended, as the worker program says. */
export type HandlerEnd = "returned" | "failed" | "stopped";

/** One handler's run, as the worker program says on its standard output. */
export interface HandlerRun {
  readonly startedAtMs: number;
  readonly ended: { readonly atMs: number; readonly how: HandlerEnd } | null;
}

const stderrLines = 20;

/** A worker program under test: a process that is told its dispatcher by environment variables. */
export class WorkerProgram {
  readonly #child: ChildProcess;
  readonly #observation: Observation;
  readonly #runs = new Map<string, HandlerRun>();
  readonly #lastErrors: string[] = [];
  #exit: { readonly code: number | null; readonly signal: string | null } | null = null;
  #exitAt = Number.NaN;

  /**
   * Starts the command in a shell, in a process group of its own.
   *
   * @param onLine told every line that it writes, to standard output and standard error
   */
  constructor(
    command: string,
    environment: Readonly<Record<string, string>>,
    observation: Observation,
    onLine: (line: string) => void,
  ) {
    this.#observation = observation;
    // The signal goes to the whole group: the shell must outlive it to tell the program's exit code.
    this.#child = spawn(`trap : TERM\n${command}`, {
      shell: true,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...environment },
    });
    this.#child.once("error", (error) => this.#lastErrors.push(error.message));
    this.#child.once("exit", (code, signal) => {
      this.#exit = { code, signal };
      this.#exitAt = observation.now();
      observation.note();
    });
    this.#readLines("stdout", (line) => {
      onLine(line);
      this.#readOutput(line);
    });
    this.#readLines("stderr", (line) => {
      onLine(line);
      this.#lastErrors.push(line);
      this.#lastErrors.splice(0, this.#lastErrors.length - stderrLines);
    });
  }

  /** How the process ended; null while it runs. */
  get exited(): { readonly code: number | null; readonly signal: string | null } | null {
    return this.#exit;
  }

  /** When the process ended. NaN while it runs. */
  get exitedAtMs(): number {
    return this.#exitAt;
  }

  /** The last lines of standard error. */
  get errors(): readonly string[] {
    return this.#lastErrors;
  }

  /** What the program said about the handler of a lease; undefined where nothing yet. */
  runOf(lease: LeaseRef): HandlerRun | undefined {
    return this.#runs.get(keyOf(lease));
  }

  /** Sends a signal to the program and whatever it started. */
  signal(name: "SIGTERM" | "SIGKILL"): void {
    if (this.#child.pid !== undefined) {
      try {
        process.kill(-this.#child.pid, name);
      } catch {
        // The whole group is gone already.
      }
    }
  }

  #readLines(from: "stdout" | "stderr", read: (line: string) => void): void {
    const stream = this.#child[from];
    if (stream !== null) {
      createInterface({ input: stream }).on("line", read);
    }
  }

  #readOutput(line: string): void {
    const [word, taskId = "", leaseToken = "", how] = line.trim().split(" ");
    const key = keyOf({ taskId, leaseToken });
    const atMs = this.#observation.now();
    if (word === "started") {
      this.#runs.set(key, { startedAtMs: atMs, ended: null });
    } else if (word === "ended" && (how === "returned" || how === "failed" || how === "stopped")) {
      const startedAtMs = this.#runs.get(key)?.startedAtMs ?? Number.NaN;
      this.#runs.set(key, { startedAtMs, ended: { atMs, how } });
    }
    this.#observation.note();
  }
}
