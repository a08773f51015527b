import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { startRedis } from "../test/support/redis-server.ts";

/** Dispatchers on a store of their own, each a process. */
export interface AutomationBed {
  /** Where each dispatcher serves gRPC. */
  readonly addresses: readonly string[];
  /** The processor time that the dispatchers have used since they started, in seconds. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

/** Starts dispatchers on a Redis without persistence, or one on a SQLite file. */
export async function startAutomationBed(
  store: "redis" | "sqlite",
  dispatchers: number,
): Promise<AutomationBed> {
  const folder = mkdtempSync(join(tmpdir(), "baton-bench-"));
  const redis = store === "redis" ? await startRedis() : null;
  const url = redis?.url ?? `sqlite:${join(folder, "baton.db")}`;
  const running: ChildProcess[] = [];
  const addresses: string[] = [];
  for (let index = 0; index < dispatchers; index += 1) {
    const main = join(import.meta.dirname, "../server/src/main.ts");
    const flags = ["--conditions=source", "--disable-warning=ExperimentalWarning", main, "serve"];
    const args = ["--listen", "127.0.0.1:0", "--http-listen", "off", "--store", url];
    const child = spawn(process.execPath, [...flags, ...args, "--log-level", "error"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    running.push(child);
    addresses.push(await readyAddress(child));
  }
  return {
    addresses,
    cpuSeconds: () => running.reduce((sum, { pid }) => sum + cpuSecondsOf(pid ?? 0), 0),
    async stop() {
      for (const child of running) {
        child.kill("SIGTERM");
        await once(child, "exit");
      }
      await redis?.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Says what the figures were measured on. */
export function machine(): string {
  const [cpu] = cpus();
  return `${cpus().length} × ${cpu?.model ?? "unknown"}, Node ${process.version}`;
}

/** The value below which the given part of the values lies. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

const TICKS_A_SECOND = 100;

function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

async function readyAddress(child: ChildProcess): Promise<string> {
  if (child.stdout !== null) {
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.startsWith("ready ")) {
        return line.slice("ready ".length);
      }
    }
  }
  throw new Error("a dispatcher did not start");
}
