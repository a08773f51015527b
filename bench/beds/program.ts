import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Answer, Question } from "../programs/commands.ts";

const REPOSITORY = join(import.meta.dirname, "../..");
const FLAGS = ["--conditions=source", "--disable-warning=ExperimentalWarning"];
const READY_LINE = /^ready (\S+)$/m;

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

const running = new Set<ChildProcess>();

process.on("exit", () => {
  for (const child of running) {
    child.kill("SIGKILL");
  }
});

/** How to start a program. */
export interface ProgramOptions {
  /** Below the root. */
  readonly script: string;
  /** A folder with the sources of this repository; its own where absent. */
  readonly root?: string;
  readonly args?: readonly string[];
  /** Added to this process's own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Where node writes a CPU profile when the program ends; none where absent. */
  readonly profileInto?: string | undefined;
}

/** A TypeScript program of this repository in a process of its own. */
export class Program {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ready: Promise<void>;
  #output = "";
  #count = 0;
  #hasEnded = false;

  constructor(options: ProgramOptions) {
    const { script, root = REPOSITORY, args = [], environment = {}, profileInto } = options;
    this.name = script.replace(/^.*\//, "").replace(/\.ts$/, "");
    const profile =
      profileInto === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileInto}`];
    this.#child = fork(join(root, script), [...args], {
      execArgv: [...FLAGS, ...profile],
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    running.add(this.#child);
    this.#child.once("exit", () => this.#ended());
    this.#ready = new Promise((resolve, reject) => {
      this.#waiting.set(0, { resolve: () => resolve(), reject });
    });
    this.#child.on("message", (answer: Answer) => this.#answered(answer));
    const collect = (bytes: Buffer): void => {
      this.#output = (this.#output + bytes.toString()).slice(-20_000);
    };
    this.#child.stdout?.on("data", collect);
    this.#child.stderr?.on("data", collect);
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** Resolves once the program takes commands. */
  ready(): Promise<void> {
    return this.#ready;
  }

  /** Resolves with the address that a program prints once it serves. */
  async address(): Promise<string> {
    this.#ready.catch(() => undefined);
    for (;;) {
      const address = READY_LINE.exec(this.#output)?.[1];
      if (address !== undefined) {
        return address;
      }
      if (this.#hasEnded || this.#child.stdout === null) {
        throw new Error(`${this.name} ended:\n${this.#output}`);
      }
      await Promise.race([once(this.#child.stdout, "data"), once(this.#child, "exit")]);
    }
  }

  /** Has a command run; rejects with what it threw. */
  ask<Result>(command: string, argument: unknown = null): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#count += 1;
      const question: Question = { id: this.#count, command, argument };
      this.#waiting.set(question.id, { resolve: resolve as Waiting["resolve"], reject });
      this.#child.send(question);
    });
  }

  /** Ends it with a signal and waits; SIGINT and SIGTERM let it write its profile. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    if (!this.#hasEnded) {
      const exited = once(this.#child, "exit");
      this.#child.kill(signal);
      const force = setTimeout(() => this.#child.kill("SIGKILL"), 10_000);
      await exited;
      clearTimeout(force);
    }
  }

  #answered({ id, result, error }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) {
      waiting?.resolve(result);
    } else {
      waiting?.reject(new Error(`${this.name}: ${error}`));
    }
  }

  #ended(): void {
    this.#hasEnded = true;
    running.delete(this.#child);
    for (const { reject } of this.#waiting.values()) {
      reject(new Error(`${this.name} ended:\n${this.#output}`));
    }
    this.#waiting.clear();
  }
}
