import type { QueueName } from "../../domain/ids.ts";
import {
  fittedSettlement,
  needsRoom,
  type Report,
  type ReportOutcome,
  reportNeedsRoom,
  type Settlement,
  type SettleOutcome,
  StoreError,
} from "../store.ts";
import type { Script } from "./client/script.ts";
import type { ScriptRunner } from "./client/script-runner.ts";
import {
  reportProgress,
  reportProgressIfRoom,
  settleLeases,
  settleLeasesIfRoom,
} from "./scripts/lease-scripts.ts";

const NO_ROOM = { kind: "no_room" } as const;

/** How a batch is written to a Redis that may be full. */
interface Ways<Item, Outcome> {
  /** Writes what is small, also where Redis is full. */
  readonly small: Script<readonly Item[], Outcome[]>;
  /** Writes everything, and nothing where Redis is full. */
  readonly any: Script<readonly Item[], Outcome[]>;
  needsRoom(item: Item): boolean;
  /** What is written in place of a large item where Redis is full; null for nothing. */
  fitted(item: Item): Item | null;
}

const SETTLE: Ways<Settlement, SettleOutcome> = {
  small: settleLeases,
  any: settleLeasesIfRoom,
  needsRoom,
  fitted: fittedSettlement,
};

const REPORT: Ways<Report, ReportOutcome> = {
  small: reportProgress,
  any: reportProgressIfRoom,
  needsRoom: reportNeedsRoom,
  fitted: () => null,
};

/** Ends leases of a queue: those that need no room also where Redis is full. */
export function settleInRoom(
  runner: ScriptRunner,
  queue: QueueName,
  batch: readonly Settlement[],
): Promise<SettleOutcome[]> {
  return runInRoom(runner, queue, batch, SETTLE);
}

/** Stores progress and checkpoints of a queue: those that need no room also where Redis is full. */
export function reportInRoom(
  runner: ScriptRunner,
  queue: QueueName,
  batch: readonly Report[],
): Promise<ReportOutcome[]> {
  return runInRoom(runner, queue, batch, REPORT);
}

async function runInRoom<Item, Outcome>(
  runner: ScriptRunner,
  queue: QueueName,
  batch: readonly Item[],
  ways: Ways<Item, Outcome>,
): Promise<(Outcome | typeof NO_ROOM)[]> {
  if (!batch.some(ways.needsRoom)) {
    return runner.run(ways.small, queue, batch);
  }
  try {
    return await runner.run(ways.any, queue, batch);
  } catch (error) {
    if (!(error instanceof StoreError && error.kind === "full")) {
      throw error;
    }
  }
  const fitted = batch.map((item) => (ways.needsRoom(item) ? ways.fitted(item) : item));
  const kept = fitted.filter((item) => item !== null);
  const outcomes = kept.length === 0 ? [] : await runner.run(ways.small, queue, kept);
  let at = 0;
  return fitted.map((item) => (item === null ? NO_ROOM : (outcomes[at++] as Outcome)));
}
