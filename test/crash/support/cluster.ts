import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FaultProxy } from "../../support/grpc/fault-proxy.ts";
import { freePort } from "../../support/grpc/loopback.ts";
import { Child, type ChildExit } from "../../support/processes/child.ts";
import { NODE_FLAGS } from "../../support/processes/node-flags.ts";
import { pause } from "../../support/time/pause.ts";
import { History, monotonicMs } from "./history/history.ts";
import type { ProgramSettings } from "./programs/settings.ts";

const REPOSITORY = join(import.meta.dirname, "../../..");
const PROGRAMS = {
  worker: "test/crash/support/programs/worker.ts",
  rogue: "test/crash/support/programs/rogue.ts",
  submitter: "test/crash/support/programs/submitter.ts",
  publisher: "test/crash/support/programs/publisher.ts",
};

/** What every dispatcher of a cluster is started with. */
export interface ClusterOptions {
  /** The address of the store; `%folder%` stands for the cluster's folder. */
  readonly store: string;
  readonly dispatchers?: number;
  readonly leaseTtl?: string;
  readonly reconnectGrace?: string;
  /** More flags for each dispatcher. */
  readonly flags?: readonly string[];
  /** Node's own flags for each dispatcher. */
  readonly nodeFlags?: readonly string[];
  /** Modules to import into each dispatcher before it starts. */
  readonly imports?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A dispatcher with the proxy that workers and submitters reach it through. */
interface Seat {
  readonly name: string;
  readonly port: number;
  readonly proxy: FaultProxy;
  child: Child | null;
}

/** A program of ours, by its name. */
interface Role {
  readonly program: keyof typeof PROGRAMS;
  readonly settings: ProgramSettings;
  child: Child;
}

/** Real processes of every role on one machine, and the history of what was done to them. */
export class Cluster {
  readonly folder: string;
  readonly history: History;
  readonly #options: ClusterOptions;
  readonly #seats: Seat[] = [];
  readonly #roles = new Map<string, Role>();
  /** Processes that were killed or told to stop; their end is no news. */
  readonly #ending = new Set<Child>();

  private constructor(options: ClusterOptions) {
    this.#options = options;
    this.folder = mkdtempSync(join(tmpdir(), "baton-chaos-"));
    this.history = new History(this.folder, "nemesis");
  }

  /** Starts the dispatchers and waits until they are ready. */
  static async start(options: ClusterOptions): Promise<Cluster> {
    const cluster = new Cluster(options);
    try {
      for (let n = 0; n < (options.dispatchers ?? 1); n += 1) {
        const port = await freePort();
        const proxy = await FaultProxy.open(port);
        cluster.#seats.push({ name: `dispatcher${n}`, port, proxy, child: null });
      }
      await Promise.all(cluster.#seats.map((_, n) => cluster.startDispatcher(n)));
    } catch (error) {
      await cluster.destroy();
      throw error;
    }
    return cluster;
  }

  /** Where clients reach the dispatchers: through the proxies. */
  get addresses(): string[] {
    return this.#seats.map(({ proxy }) => proxy.address);
  }

  /** The dispatchers themselves, with nothing between. */
  get directAddresses(): string[] {
    return this.#seats.map(({ port }) => `127.0.0.1:${port}`);
  }

  get dispatchers(): number {
    return this.#seats.length;
  }

  proxy(n: number): FaultProxy {
    return this.#seat(n).proxy;
  }

  dispatcher(n: number): Child {
    const { child } = this.#seat(n);
    if (child === null) {
      throw new Error(`dispatcher ${n} does not run`);
    }
    return child;
  }

  /** The names of the programs of a role that run. */
  named(program: Role["program"]): string[] {
    return [...this.#roles].filter(([, role]) => role.program === program).map(([name]) => name);
  }

  role(name: string): Child {
    const role = this.#roles.get(name);
    if (role === undefined) {
      throw new Error(`there is no ${name}`);
    }
    return role.child;
  }

  /** Starts a dispatcher on its port; resolves once it is ready. */
  async startDispatcher(n: number): Promise<void> {
    const seat = this.#seat(n);
    const startedAtMs = monotonicMs();
    const {
      store,
      leaseTtl = "3s",
      reconnectGrace = "500ms",
      flags = [],
      nodeFlags = [],
      imports = [],
    } = this.#options;
    seat.child = new Child({
      command: process.execPath,
      args: [
        ...NODE_FLAGS,
        ...nodeFlags,
        ...["--report-on-signal", "--report-exclude-env", `--report-directory=${tmpdir()}`],
        ...imports.flatMap((path) => ["--import", path]),
        join(REPOSITORY, "server/src/main.ts"),
        "serve",
        ...["--listen", `127.0.0.1:${seat.port}`, "--http-listen", "off"],
        ...["--store", store.replace("%folder%", this.folder)],
        ...["--lease-ttl", leaseTtl, "--reconnect-grace", reconnectGrace],
        ...["--drain-timeout", "3s", "--log-level", "warn"],
        ...flags,
      ],
      ...(this.#options.env === undefined ? {} : { env: this.#options.env }),
    });
    this.#report(seat.name, seat.child);
    const isReady = seat.child.line(/^ready /);
    const error = await isReady.then(() => null).catch((reason: unknown) => reason);
    const tookMs = Math.round(monotonicMs() - startedAtMs);
    const { ranMs, queuedMs } = timesOf(seat.child.pid);
    if (error !== null) {
      // Node then writes down what it waits for.
      seat.child.signal("SIGUSR2");
      await pause(2_000);
      const where = `it ran ${ranMs} ms and waited ${queuedMs} ms for a processor`;
      throw new Error(`${seat.name} was not ready after ${tookMs} ms; ${where}`, { cause: error });
    }
    this.history.add({ kind: "ready", target: seat.name, tookMs, ranMs, queuedMs });
  }

  /** Kills a dispatcher; it stays down until it is started again. */
  async killDispatcher(n: number): Promise<void> {
    const seat = this.#seat(n);
    this.history.add({ kind: "killed", target: seat.name });
    await this.#kill(this.dispatcher(n));
  }

  /** Ends a dispatcher as a deploy does. */
  async stopDispatcher(n: number): Promise<ChildExit> {
    const child = this.dispatcher(n);
    return child.stop(20_000);
  }

  /** Starts a program of ours; resolves once it runs. */
  async startRole(
    program: Role["program"],
    name: string,
    settings: Partial<ProgramSettings> = {},
  ): Promise<Child> {
    const all: ProgramSettings = {
      name,
      folder: this.folder,
      addresses: this.addresses,
      seed: 1,
      rate: 40,
      concurrency: 8,
      drainTimeoutMs: 2_000,
      ...settings,
    };
    const child = new Child({
      command: process.execPath,
      args: [...NODE_FLAGS, join(REPOSITORY, PROGRAMS[program]), JSON.stringify(all)],
      hasChannel: true,
    });
    this.#roles.set(name, { program, settings: all, child });
    this.#report(name, child);
    await child.line(/^ready/);
    return child;
  }

  /** Kills a program and starts it anew under the same name. */
  async replaceRole(name: string): Promise<void> {
    const role = this.#roles.get(name);
    if (role !== undefined) {
      await this.killRole(name);
      await this.startRole(role.program, name, role.settings);
    }
  }

  async killRole(name: string): Promise<void> {
    this.history.add({ kind: "killed", target: name });
    await this.#kill(this.role(name));
  }

  /** Freezes a process of either kind until it is thawed. */
  freeze(child: Child, target: string): void {
    this.history.add({ kind: "frozen", target });
    child.signal("SIGSTOP");
  }

  thaw(child: Child, target: string): void {
    child.signal("SIGCONT");
    this.history.add({ kind: "thawed", target });
  }

  /** Asks the programs of a role to end, and waits. */
  async stopRoles(program: Role["program"]): Promise<void> {
    await Promise.all(this.named(program).map((name) => this.role(name).stop(25_000)));
  }

  /** Writes down how much memory each dispatcher holds. */
  measureMemory(): void {
    for (const { name, child } of this.#seats) {
      if (child?.isRunning) {
        this.history.add({ kind: "memory", target: name, bytes: residentBytes(child.pid) });
      }
    }
  }

  /** Ends the dispatchers as a deploy does; what is left after that is killed. */
  async stop(): Promise<void> {
    for (const program of ["submitter", "publisher", "rogue", "worker"] as const) {
      await this.stopRoles(program);
    }
    await Promise.all(this.#seats.map((_, n) => this.stopDispatcher(n)));
    await Promise.all(this.#seats.map(({ proxy }) => proxy.close()));
    // The ends of processes are written down in a later turn.
    await new Promise((resolve) => setImmediate(resolve));
    this.history.close();
  }

  /** Kills whatever still runs and removes the folder. */
  async destroy(keepFolder = false): Promise<void> {
    const children = [...this.#roles.values(), ...this.#seats].map(({ child }) => child);
    await Promise.all(children.map((child) => (child === null ? null : this.#kill(child))));
    await Promise.all(this.#seats.map(({ proxy }) => proxy.close().catch(() => {})));
    if (!keepFolder) {
      rmSync(this.folder, { recursive: true, force: true });
    }
  }

  #seat(n: number): Seat {
    const seat = this.#seats[n];
    if (seat === undefined) {
      throw new Error(`there is no dispatcher ${n}`);
    }
    return seat;
  }

  async #kill(child: Child): Promise<void> {
    this.#ending.add(child);
    await child.kill();
  }

  #report(target: string, child: Child): void {
    void child.exited.then(({ code, signal }) => {
      const wasKilled = this.#ending.has(child);
      if (!wasKilled) {
        this.history.add({
          kind: "exit",
          target,
          how: signal ?? `code ${code}`,
          isExpected: code === 0,
          // One that ended badly is heard out, whatever it says.
          complaint:
            code !== 0 || /nobody handled|uncaught|unhandled/i.test(child.complaints)
              ? child.complaints.slice(-600)
              : "",
        });
      }
    });
  }
}

/** How much memory a process holds now, in bytes; 0 where it is gone. */
export function residentBytes(pid: number): number {
  try {
    const match = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return Number(match?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** How long a process's main thread has run, and waited for a processor; zeros where it is gone. */
function timesOf(pid: number): { ranMs: number; queuedMs: number } {
  try {
    const [ran = 0, queued = 0] = readFileSync(`/proc/${pid}/schedstat`, "utf8")
      .split(" ")
      .map(Number);
    return { ranMs: Math.round(ran / 1e6), queuedMs: Math.round(queued / 1e6) };
  } catch {
    return { ranMs: 0, queuedMs: 0 };
  }
}
