import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { PATIENCE_MS, patiently } from "../time/patience.ts";

/** How a child process ended. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What to start. */
export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Whether the child hears (`disconnect`) when this process is gone. */
  readonly hasChannel?: boolean;
  /** Whether it leads a group of processes of its own, as a terminal's foreground job does. */
  readonly isDetached?: boolean;
}

const running = new Set<Child>();

// Whatever ends this process, its children end too.
process.on("exit", () => {
  for (const child of running) {
    child.signal("SIGKILL");
  }
});

/** A process that a test started; ended by its process id alone. */
export class Child {
  readonly exited: Promise<ChildExit>;
  readonly #process: ChildProcess;
  readonly #isDetached: boolean;
  readonly #lines: string[] = [];
  readonly #listeners = new Set<() => void>();
  #complaints = "";
  #complaintLines = 0;
  #exit: ChildExit | null = null;

  constructor({ command, args, env, cwd, hasChannel = false, isDetached = false }: ChildOptions) {
    this.#process = spawn(command, args, {
      env: { ...process.env, ...env },
      ...(cwd === undefined ? {} : { cwd }),
      detached: isDetached,
      stdio: hasChannel ? ["ignore", "pipe", "pipe", "ipc"] : ["ignore", "pipe", "pipe"],
    });
    this.#isDetached = isDetached;
    running.add(this);
    this.#process.on("error", () => {});
    this.exited = this.#ended();
    if (this.#process.stdout !== null) {
      createInterface({ input: this.#process.stdout }).on("line", (line) => this.#add(line));
    }
    this.#process.stderr?.on("data", (bytes: Buffer) => {
      const text = bytes.toString();
      this.#complaints = (this.#complaints + text).slice(-20_000);
      this.#complaintLines += text.split("\n").length - 1;
    });
  }

  get pid(): number {
    return this.#process.pid ?? -1;
  }

  get isRunning(): boolean {
    return this.#exit === null;
  }

  /** The end of what it wrote to standard error. */
  get complaints(): string {
    return this.#complaints;
  }

  /** How many lines it wrote to standard error. */
  get complaintLines(): number {
    return this.#complaintLines;
  }

  /** What it wrote to standard output. */
  get output(): string {
    return this.#lines.map((line) => `${line}\n`).join("");
  }

  /** Sends a signal, to its whole group where it leads one; does nothing where it has ended. */
  signal(name: NodeJS.Signals): void {
    if (this.isRunning && this.#isDetached) {
      process.kill(-this.pid, name);
    } else if (this.isRunning) {
      this.#process.kill(name);
    }
  }

  /** Waits for its end; the wait is no part of the time that the test has. */
  ends(): Promise<ChildExit> {
    return patiently(() => this.exited);
  }

  /** Kills it, frozen or not, and waits for its end. */
  async kill(): Promise<ChildExit> {
    this.signal("SIGKILL");
    return this.ends();
  }

  /** Asks it to end and waits; kills it after the deadline. */
  async stop(withinMs: number): Promise<ChildExit> {
    this.signal("SIGTERM");
    const force = setTimeout(() => this.signal("SIGKILL"), withinMs);
    try {
      return await this.ends();
    } finally {
      clearTimeout(force);
    }
  }

  /**
   * Waits for a line on standard output, also one that came before; rejects where it ends first. The wait is no
   * part of the time that the test has.
   */
  line(pattern: RegExp, withinMs = PATIENCE_MS): Promise<RegExpExecArray> {
    return patiently(() => this.#line(pattern, withinMs));
  }

  async #line(pattern: RegExp, withinMs: number): Promise<RegExpExecArray> {
    const deadlineMs = performance.now() + withinMs;
    for (let at = 0; ; ) {
      for (; at < this.#lines.length; at += 1) {
        const match = pattern.exec(this.#lines[at] ?? "");
        if (match !== null) {
          return match;
        }
      }
      const leftMs = deadlineMs - performance.now();
      if (!this.isRunning || leftMs <= 0) {
        const end = this.#exit === null ? "it runs" : JSON.stringify(this.#exit);
        const wrote = this.#complaints || this.#lines.join(" | ");
        throw new Error(`no line ${pattern}; ${end}; it wrote: ${wrote}`);
      }
      await this.#changed(leftMs);
    }
  }

  #add(line: string): void {
    this.#lines.push(line);
    this.#tell();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) {
      listener();
    }
  }

  #changed(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#listeners.delete(finish);
        resolve();
      };
      const timer = setTimeout(finish, withinMs);
      this.#listeners.add(finish);
    });
  }

  async #ended(): Promise<ChildExit> {
    const [code, signal] = (await Promise.race([
      once(this.#process, "close"),
      new Promise((resolve) => this.#process.once("error", () => resolve([null, null]))),
    ])) as [number | null, NodeJS.Signals | null];
    running.delete(this);
    this.#exit = { code, signal };
    this.#tell();
    return this.#exit;
  }
}
