import {
  type LeaseToken,
  newSessionKey,
  type SessionKey,
  type TaskId,
} from "../../server/src/domain/ids.ts";
import type { Happening, HistoryEvent, LeaseSeen } from "../crash/support/history/events.ts";
import { hashOf } from "../crash/support/history/history.ts";
import type { SeededRandom } from "../support/seeded-random.ts";
import type { SimDispatcher } from "./sim-dispatcher.ts";

/** What a rogue needs of the simulation around it. */
export interface RogueWorld {
  readonly random: SeededRandom;
  readonly history: readonly HistoryEvent[];
  record(happening: Happening): void;
  /** A dispatcher that takes calls; null where none does. */
  pickDispatcher(): SimDispatcher | null;
}

/** Settles a lease that somebody was granted some time ago, without a stream. */
export async function settleStale(world: RogueWorld): Promise<void> {
  const { random, history } = world;
  const grants = history.filter((event) => event.kind === "grant");
  const endpoint = world.pickDispatcher();
  if (grants.length === 0 || endpoint === null) {
    return;
  }
  // Of the newest few, one is likely still held.
  const { taskId, token, stream } = random.pick(grants.slice(random.chance(0.5) ? -3 : -30));
  const isOutdated = random.chance(0.3);
  const lease = { taskId, token: isOutdated ? token - 1 : token };
  const isForged = random.chance(0.3);
  const key = isForged ? newSessionKey() : keyOf(world, stream);
  await settle(world, endpoint, lease, key, isForged);
  if (random.chance(0.5)) {
    await settle(world, endpoint, lease, key, isForged);
  }
}

/** What proves the session that a stream was welcomed to. */
function keyOf({ history }: RogueWorld, stream: string): SessionKey {
  const welcomes = history.filter((event) => event.kind === "welcome");
  return welcomes.find((event) => event.stream === stream)?.session as SessionKey;
}

/** Settles a lease, perhaps twice at once, so that nobody can be granted the task in between. */
async function settle(
  { random, record }: RogueWorld,
  endpoint: SimDispatcher,
  { taskId, token }: LeaseSeen,
  key: SessionKey,
  isForged: boolean,
): Promise<void> {
  const lease = { taskId: taskId as TaskId, token: token as LeaseToken };
  const value = Buffer.from(`rogue ${token}`);
  const failure = { type: "Rogue", message: "rogue", stack: "" };
  const outcomes = {
    complete: { kind: "complete", result: { value, contentType: "" } },
    fail: { kind: "fail", failure, nonRetryable: false, retryAfterMs: null },
    release: { kind: "release", delayMs: 0 },
  } as const;
  const kinds = Array.from({ length: random.between(1, 2) }, () =>
    random.pick(["complete", "fail", "release"] as const),
  );
  for (const outcome of kinds) {
    const resultHash = outcome === "complete" ? hashOf(value) : "";
    record({ kind: "settle", taskId, token, outcome, resultHash, isForged });
  }
  const batch = kinds.map((kind) => ({ lease, outcome: outcomes[kind] }));
  // Where the store gave no answer, there is none to write down.
  const answers = await endpoint.dispatcher.settle(key, batch).catch(() => []);
  for (const [at, outcome] of kinds.entries()) {
    const status = answers[at]?.status ?? "RETRY";
    record({ kind: "settle_ack", taskId, token, outcome, status, isForged });
  }
}
