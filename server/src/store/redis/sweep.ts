import type { Clock } from "@baton/proto/shared";
import type { QueueName } from "../../domain/ids.ts";
import type { SweepReport } from "../store.ts";
import { RecentQueues } from "./client/recent-queues.ts";
import type { ScriptRunner } from "./client/script-runner.ts";
import type { QueueRegistry } from "./queue-registry.ts";
import {
  type AuditPosition,
  auditFlow,
  auditQueue,
  type FlowAuditPosition,
  purgeTasks,
  reclaimLeases,
  sweepQueue,
} from "./scripts/sweep-scripts.ts";

/** At most so many tasks of each kind in one script call, whatever the caller allows. */
const MAX_LIMIT = 500;
/** What keeps a queue known: rates and holds of keys last for their time. */
const USES = ["tasks", "sessions", "flow", "tats", "holds"] as const;
const AUDIT_INTERVAL_MS = 30_000;
const BEGIN: AuditPosition = { cursor: "0", rank: 0 };
const BEGIN_FLOW: FlowAuditPosition = { index: 0, cursor: "0" };

interface Audit {
  readonly position: AuditPosition;
  readonly flow: FlowAuditPosition;
  readonly atMs: number;
}

/** Does what is due on queues. One call where nothing is. */
export class Sweeper {
  readonly #runner: ScriptRunner;
  readonly #registry: QueueRegistry;
  readonly #clock: Clock;
  readonly #audits = new RecentQueues<Audit>();

  constructor(runner: ScriptRunner, registry: QueueRegistry, clock: Clock) {
    this.#runner = runner;
    this.#registry = registry;
    this.#clock = clock;
  }

  /** See `Store.sweep`. */
  async sweep(queue: QueueName, callersLimit: number): Promise<SweepReport> {
    const limit = Math.min(callersLimit, MAX_LIMIT);
    const swept = await this.#runner.run(sweepQueue, queue, { limit });
    const { reclaimed, nextInMs: sessionInMs } = swept.isReclaimDue
      ? await this.#runner.run(reclaimLeases, queue, { limit })
      : { reclaimed: [], nextInMs: null };
    // A reclaim may end tasks that are not kept at all.
    const { purged, nextInMs: purgeInMs } =
      swept.isPurgeDue || reclaimed.length > 0
        ? await this.#runner.run(purgeTasks, queue, { limit })
        : { purged: 0, nextInMs: null };
    const nextInMs = earliest([swept.nextInMs, sessionInMs, purgeInMs]);
    await this.#auditNowAndThen(queue);
    if (nextInMs === null && (await this.#isEmpty(queue)) && (await this.#registry.forget(queue))) {
      this.#audits.delete(queue);
    }
    const isReclaimed = new Set(reclaimed.map(({ lease }) => lease.taskId));
    return {
      promoted: swept.promoted,
      expired: swept.expired,
      purged,
      reclaimed,
      timedOut: swept.timedOut.filter(({ lease }) => !isReclaimed.has(lease.taskId)),
      nextInMs,
    };
  }

  async #isEmpty(queue: QueueName): Promise<boolean> {
    return (await this.#runner.countKeys(queue, USES)) === 0;
  }

  async #auditNowAndThen(queue: QueueName): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    const audit = this.#audits.get(queue) ?? { position: BEGIN, flow: BEGIN_FLOW, atMs: nowMs };
    if (nowMs - audit.atMs < AUDIT_INTERVAL_MS) {
      this.#audits.set(queue, audit);
      return;
    }
    const position = await this.#runner.run(auditQueue, queue, audit.position);
    const flow = await this.#runner.run(auditFlow, queue, audit.flow);
    this.#audits.set(queue, { position, flow, atMs: nowMs });
  }
}

function earliest(times: readonly (number | null)[]): number | null {
  const known = times.filter((ms) => ms !== null);
  return known.length === 0 ? null : Math.min(...known);
}
