import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Cluster, residentBytes } from "../../crash/support/cluster.ts";
import { TaskCalls } from "../../crash/support/load/task-calls.ts";
import { freePort } from "../../support/grpc/loopback.ts";
import { Child } from "../../support/processes/child.ts";
import { NODE_FLAGS } from "../../support/processes/node-flags.ts";
import { pause } from "../../support/time/pause.ts";
import type { Attack, AttackTarget } from "./attack.ts";

const FOLDER = join(import.meta.dirname, "../attacks");
const PROCESS = join(import.meta.dirname, "attack-process.ts");
const MEBIBYTE = 1024 * 1024;
const LOOT = 4;
const BEFORE_MS = 2_000;
const BETWEEN_PROBES_MS = 10;
const PROBE_TIMEOUT_MS = 10_000;
/** Others are as well as before when so many probes in a row take no longer than before. */
const SOUND_PROBES = 20;

/** How an attack is made. */
export interface AttackPlan {
  readonly name: string;
  /** From how many addresses. */
  readonly peers: number;
  readonly forMs: number;
  /** What kills the dispatcher, as a container's memory limit does, and what its heap is sized by; null for neither. */
  readonly limitMiB: number | null;
}

/** What an attack did. */
export interface AttackResult {
  readonly baselineMiB: number;
  readonly peakMiB: number;
  /** Of a submit and its get by somebody at another address. */
  readonly p99BeforeMs: number;
  readonly p99DuringMs: number;
  /**
   * What the dispatcher's main thread ran meanwhile: what others make it do before them is in it, what the
   * machine does besides is not.
   */
  readonly workBeforeMs: number;
  readonly workDuringMs: number;
  readonly failedProbes: number;
  readonly probes: number;
  /** From the attack's end until others were served as before. */
  readonly recoveredMs: number;
  readonly survived: boolean;
  /** How often connections were refused or cut, by reason. */
  readonly cuts: Readonly<Record<string, number>>;
}

/** The names of all attacks. */
export function attackNames(): string[] {
  return readdirSync(FOLDER)
    .map((file) => file.replace(/\.ts$/, ""))
    .sort();
}

/** What an attack does, in a few words. */
export async function titleOf(name: string): Promise<string> {
  const { attack } = (await import(join(FOLDER, `${name}.ts`))) as { readonly attack: Attack };
  return attack.title;
}

/** Starts a dispatcher, attacks it, and measures how it and its other callers fare. */
export async function runAttack(plan: AttackPlan): Promise<AttackResult> {
  const httpAddress = `127.0.0.1:${await freePort()}`;
  const cluster = await Cluster.start({
    store: "sqlite:%folder%/baton.db",
    flags: ["--http-listen", httpAddress],
    nodeFlags: plan.limitMiB === null ? [] : heapFlags(plan.limitMiB),
  });
  try {
    return await new AttackRun(plan, cluster, httpAddress).run();
  } finally {
    await cluster.destroy();
  }
}

/**
 * The heap that V8 gives a process in a container of so much memory: half of it, and new objects a 128th of that. By
 * the memory of this machine it would let garbage of a hundred MiB and more lie before it collects any.
 */
function heapFlags(limitMiB: number): string[] {
  const oldMiB = limitMiB / 2;
  const newMiB = Math.max(1, Math.round(oldMiB / 128));
  return [`--max-old-space-size=${oldMiB}`, `--max-semi-space-size=${newMiB}`];
}

interface Probes {
  readonly tookMs: readonly number[];
  readonly workMs: readonly number[];
  readonly failed: number;
}

class AttackRun {
  readonly #plan: AttackPlan;
  readonly #cluster: Cluster;
  readonly #httpAddress: string;
  readonly #calls: TaskCalls;
  #peakBytes = 0;
  #isOver = false;

  constructor(plan: AttackPlan, cluster: Cluster, httpAddress: string) {
    this.#plan = plan;
    this.#cluster = cluster;
    this.#httpAddress = httpAddress;
    this.#calls = new TaskCalls(cluster.directAddresses[0] ?? "");
  }

  async run(): Promise<AttackResult> {
    const dispatcher = this.#cluster.dispatcher(0);
    const loot = await this.#makeLoot();
    const before = await this.#probeFor(BEFORE_MS);
    const baseline = residentBytes(dispatcher.pid);
    const watching = this.#watchMemory(dispatcher);
    const attacker = this.#begin(loot);
    await attacker.line(/^begun/);
    const during = await this.#probeFor(this.#plan.forMs);
    await attacker.kill();
    const p99BeforeMs = p99(before.tookMs);
    const recoveredMs = await this.#recovered(dispatcher, p99BeforeMs);
    this.#isOver = true;
    await watching;
    const survived = dispatcher.isRunning;
    this.#calls.close();
    await dispatcher.stop(10_000);
    return {
      baselineMiB: Math.round(baseline / MEBIBYTE),
      peakMiB: Math.round(this.#peakBytes / MEBIBYTE),
      p99BeforeMs,
      p99DuringMs: p99(during.tookMs),
      workBeforeMs: p99(before.workMs),
      workDuringMs: p99(during.workMs),
      failedProbes: during.failed,
      probes: during.tookMs.length,
      recoveredMs,
      survived,
      cuts: cutsOf(dispatcher.complaints),
    };
  }

  async #makeLoot(): Promise<string[]> {
    const ids: string[] = [];
    for (let n = 0; n < LOOT; n += 1) {
      const payload = Buffer.alloc(MEBIBYTE, n);
      const answer = await this.#calls.submit({ queue: "loot", type: "loot", payload }, 20_000);
      if (answer.outcome !== "ok") {
        throw new Error(`no task for the attack: ${answer.reason}`);
      }
      ids.push(answer.response.receipt?.taskId ?? "");
    }
    return ids;
  }

  #begin(loot: readonly string[]): Child {
    const target: AttackTarget = {
      address: this.#cluster.directAddresses[0] ?? "",
      httpAddress: this.#httpAddress,
      from: Array.from({ length: this.#plan.peers }, (_, n) => `127.0.0.${n + 2}`),
      loot,
    };
    return new Child({
      command: process.execPath,
      args: [...NODE_FLAGS, PROCESS, this.#plan.name, JSON.stringify(target)],
    });
  }

  /** Submits a task and gets it, again and again. */
  async #probeFor(forMs: number): Promise<Probes> {
    const untilMs = performance.now() + forMs;
    const tookMs: number[] = [];
    const workMs: number[] = [];
    let failed = 0;
    while (performance.now() < untilMs && this.#cluster.dispatcher(0).isRunning) {
      const { pid } = this.#cluster.dispatcher(0);
      const workedMs = mainThreadMs(pid);
      const { ms, isOk } = await this.#probe();
      tookMs.push(ms);
      workMs.push(mainThreadMs(pid) - workedMs);
      failed += isOk ? 0 : 1;
      await pause(BETWEEN_PROBES_MS);
    }
    return { tookMs, workMs, failed };
  }

  async #probe(): Promise<{ readonly ms: number; readonly isOk: boolean }> {
    const startedMs = performance.now();
    const task = { queue: "probe", type: "probe", payload: Buffer.from("{}") };
    const submitted = await this.#calls.submit(task, PROBE_TIMEOUT_MS);
    const isSubmitted = submitted.outcome === "ok";
    const got = isSubmitted
      ? await this.#calls.get(submitted.response.receipt?.taskId ?? "", PROBE_TIMEOUT_MS)
      : null;
    return { ms: performance.now() - startedMs, isOk: got?.outcome === "ok" };
  }

  async #recovered(dispatcher: Child, p99BeforeMs: number): Promise<number> {
    const startedMs = performance.now();
    for (let sound = 0; sound < SOUND_PROBES && dispatcher.isRunning; ) {
      const { ms, isOk } = await this.#probe();
      sound = isOk && ms <= 3 * p99BeforeMs ? sound + 1 : 0;
    }
    return performance.now() - startedMs;
  }

  async #watchMemory(dispatcher: Child): Promise<void> {
    const { limitMiB } = this.#plan;
    while (!this.#isOver && dispatcher.isRunning) {
      const bytes = residentBytes(dispatcher.pid);
      this.#peakBytes = Math.max(this.#peakBytes, bytes);
      if (limitMiB !== null && bytes > limitMiB * MEBIBYTE) {
        await dispatcher.kill();
      }
      await pause(10);
    }
  }
}

/** How long a process's main thread has run on a processor; 0 where the process is gone. */
function mainThreadMs(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;
  } catch {
    return 0;
  }
}

function p99(tookMs: readonly number[]): number {
  const sorted = [...tookMs].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? 0;
}

/** Adds up what the log says of cut connections. */
function cutsOf(log: string): Record<string, number> {
  const cuts: Record<string, number> = {};
  for (const [, reasons = "{}"] of log.matchAll(/"reasons":(\{[^}]*\})/g)) {
    for (const [reason, count] of Object.entries(JSON.parse(reasons) as Record<string, number>)) {
      cuts[reason] = (cuts[reason] ?? 0) + count;
    }
  }
  return cuts;
}
