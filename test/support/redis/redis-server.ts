import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "../grpc/loopback.ts";
import { PATIENCE_MS, patiently } from "../time/patience.ts";

/** How to start a server. */
export interface RedisServerOptions {
  /** Further command-line options, such as `["--maxmemory", "8mb"]`. */
  readonly args?: readonly string[];
  /** Default: a free one. */
  readonly port?: number;
  /** Runs it as a sentinel with this configuration's text. */
  readonly sentinelConfig?: string;
}

const BINARIES = ["redis-server", "valkey-server"];
const READY = /Ready to accept connections|monitor master/;
const START_ATTEMPTS = 3;

/** A server of its own on loopback, its data in a directory of its own. */
export class RedisServer {
  readonly port: number;
  readonly directory: string;
  readonly #args: readonly string[];
  #process: ChildProcess | null = null;

  constructor(port: number, directory: string, args: readonly string[]) {
    this.port = port;
    this.directory = directory;
    this.#args = args;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it, or starts it again on the same port and data. */
  async start(): Promise<void> {
    const child = spawn(findBinary(), [...this.#args], {
      cwd: this.directory,
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#process = child;
    // Should the tests' process end first, nothing of it stays behind.
    const end = () => child.kill("SIGKILL");
    process.once("exit", end);
    child.once("exit", () => process.off("exit", end));
    await patiently(() => readyLine(child));
  }

  /** Sends a signal, such as SIGSTOP and SIGCONT to freeze and thaw it. */
  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  /** Kills it and waits until it is gone; its data stays. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child !== null && child.exitCode === null && child.signalCode === null) {
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await patiently(() => exited);
    }
  }

  /** Kills it and removes its data. */
  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Starts a server with AOF, so that it passes the store's own checks and survives `kill`. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    const directory = mkdtempSync(join(tmpdir(), "baton-redis-"));
    const server = new RedisServer(port, directory, argsOf(port, directory, options));
    try {
      await server.start();
      return server;
    } catch (error) {
      await server.stop();
      // Another process may have taken the port since it was found free.
      if (attempt === START_ATTEMPTS || options.port !== undefined) {
        throw error;
      }
    }
  }
}

function argsOf(port: number, directory: string, options: RedisServerOptions): string[] {
  const common = ["--port", String(port), "--bind", "127.0.0.1", "--dir", directory];
  if (options.sentinelConfig !== undefined) {
    // A sentinel writes into its configuration, so each has a file of its own.
    const path = join(directory, "sentinel.conf");
    writeFileSync(path, options.sentinelConfig);
    return [path, "--sentinel", ...common];
  }
  return [...common, "--save", "", "--appendonly", "yes", ...(options.args ?? [])];
}

async function readyLine(child: ChildProcess): Promise<void> {
  const said: string[] = [];
  const late = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
  child.once("exit", () => clearTimeout(late));
  if (child.stdout === null) {
    throw new Error("redis-server has no output");
  }
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    if (READY.test(line)) {
      clearTimeout(late);
      lines.close();
      child.stdout.resume();
      return;
    }
    said.push(line);
  }
  throw new Error(`redis-server did not start:\n${said.slice(-5).join("\n")}`);
}

let binary: string | null = null;

function findBinary(): string {
  binary ??= installed() ?? install();
  return binary;
}

function installed(): string | null {
  const directories = [...(process.env.PATH ?? "").split(":"), "/usr/bin", "/usr/local/bin"];
  for (const name of BINARIES) {
    for (const directory of directories) {
      const path = join(directory, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not there.
      }
    }
  }
  return null;
}

function install(): string {
  const refusal =
    "the Redis tests need redis-server or valkey-server: apt-get install redis-server";
  if (process.getuid?.() !== 0) {
    throw new Error(refusal);
  }
  try {
    // The package's own service must not start; several test processes may wait for one lock.
    const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
    const lock = ["-o", "DPkg::Lock::Timeout=300", "-qq"];
    execFileSync("apt-get", [...lock, "update"], { env: environment, stdio: "ignore" });
    const packages = ["install", "-y", "--no-install-recommends", "redis-server"];
    execFileSync("apt-get", [...lock, ...packages], { env: environment, stdio: "ignore" });
  } catch (error) {
    throw new Error(refusal, { cause: error });
  }
  const path = installed();
  if (path === null) {
    throw new Error(refusal);
  }
  return path;
}
