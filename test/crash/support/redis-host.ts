import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { freePort } from "../../support/grpc/loopback.ts";
import { Child } from "../../support/processes/child.ts";
import { eventually } from "../../support/time/eventually.ts";

/** How a Redis is set up. */
export interface RedisHostOptions {
  /** The port of the master to copy. */
  readonly replicaOf?: number;
  /** Lets `jumpClock` work; needs a C compiler. */
  readonly hasClockShim?: boolean;
  readonly folder?: string;
}

/** A Redis of our own on loopback, with an append-only file, that can be struck and started again. */
export class RedisHost {
  readonly port: number;
  readonly #folder: string;
  readonly #options: RedisHostOptions;
  #child: Child | null = null;

  private constructor(port: number, options: RedisHostOptions) {
    this.port = port;
    this.#options = options;
    this.#folder = mkdtempSync(join(options.folder ?? tmpdir(), "baton-redis-"));
  }

  /** Starts a Redis on a free port and waits until it answers. */
  static async start(options: RedisHostOptions = {}): Promise<RedisHost> {
    const host = new RedisHost(await freePort(), options);
    await host.restart();
    return host;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}/0`;
  }

  get process(): Child {
    if (this.#child === null) {
      throw new Error("redis does not run");
    }
    return this.#child;
  }

  /** Starts it again on the same data and port; resolves once it answers. */
  async restart(): Promise<void> {
    this.#child = new Child({
      command: "redis-server",
      args: [
        ...["--port", String(this.port), "--bind", "127.0.0.1", "--dir", this.#folder],
        ...["--appendonly", "yes", "--appendfsync", "everysec", "--save", ""],
        ...["--maxmemory-policy", "noeviction", "--repl-diskless-sync-delay", "0"],
        ...(this.#options.replicaOf === undefined
          ? []
          : ["--replicaof", "127.0.0.1", String(this.#options.replicaOf)]),
      ],
      env: this.#options.hasClockShim
        ? { LD_PRELOAD: buildClockShim(), CLOCK_OFFSET_FILE: this.#offsetFile }
        : {},
    });
    await eventually(async () => this.command("PING"), { withinMs: 10_000 });
  }

  /** Sends one command on a connection of its own. */
  async command(name: string, ...args: readonly string[]): Promise<unknown> {
    const client = new Redis({
      port: this.port,
      host: "127.0.0.1",
      lazyConnect: true,
      retryStrategy: () => null,
      enableReadyCheck: true,
      connectTimeout: 1_000,
      commandTimeout: 3_000,
    });
    client.on("error", () => {});
    try {
      await client.connect();
      return await client.call(name, ...args);
    } finally {
      client.disconnect();
    }
  }

  /** Waits until a replica has all that its master has, and follows it. */
  async inSync(): Promise<void> {
    await eventually(
      async () => {
        const info = String(await this.command("INFO", "replication"));
        if (!info.includes("master_link_status:up")) {
          throw new Error("the replica is not in step");
        }
      },
      { withinMs: 15_000 },
    );
  }

  /** Sets its time of day apart from the machine's; its monotonic clock stays true. */
  jumpClock(ms: number): void {
    writeFileSync(this.#offsetFile, String(ms * 1000));
  }

  async stop(): Promise<void> {
    await this.#child?.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #offsetFile(): string {
    return join(this.#folder, "clock-offset");
  }
}

let shim: string | null = null;

/** Whether there is a C compiler, so that the clock of a Redis can be moved. */
export function canMoveClocks(): boolean {
  try {
    buildClockShim();
    return true;
  } catch {
    return false;
  }
}

function buildClockShim(): string {
  if (shim === null) {
    const folder = mkdtempSync(join(tmpdir(), "baton-shim-"));
    process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, "clock-shim.so");
    const source = join(import.meta.dirname, "clock-shim.c");
    execFileSync("cc", ["-shared", "-fPIC", "-O1", "-o", path, source, "-ldl"], {
      stdio: "ignore",
    });
    shim = path;
  }
  return shim;
}
