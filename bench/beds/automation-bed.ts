import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cpuSecondsOf } from "../measuring/cpu.ts";
import { startBenchRedis } from "../redis.ts";
import { Program } from "./program.ts";

/** Dispatchers on a store of their own, each a process. */
export interface AutomationBed {
  /** Where each dispatcher serves gRPC. */
  readonly addresses: readonly string[];
  /** The processor time that the dispatchers have used since they started, in seconds. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

/** Starts dispatchers on one Redis, or one on a SQLite file. */
export async function startAutomationBed(
  store: "redis" | "sqlite",
  dispatchers: number,
): Promise<AutomationBed> {
  const folder = mkdtempSync(join(tmpdir(), "baton-bench-"));
  const redis = store === "redis" ? await startBenchRedis() : null;
  const url = redis?.url ?? `sqlite:${join(folder, "baton.db")}`;
  const listen = ["--listen", "127.0.0.1:0", "--http-listen", "off"];
  const args = ["serve", ...listen, "--log-level", "error", "--store", url];
  const programs = Array.from(
    { length: dispatchers },
    () => new Program({ script: "server/src/main.ts", args }),
  );
  return {
    addresses: await Promise.all(programs.map((program) => program.address())),
    cpuSeconds: () => programs.reduce((sum, { pid }) => sum + cpuSecondsOf(pid), 0),
    async stop() {
      await Promise.all(programs.map((program) => program.stop()));
      await redis?.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
