import type { QueueName } from "../../domain/ids.ts";
import type { TaskState } from "../../domain/task-state.ts";
import type { Blockers, Holding, KeyBlockers, OrderBlocker } from "../../store/store.ts";
import type { ExplanationReason } from "../contract.ts";
import { quoted, words } from "./words.ts";

/** Says what of a queue's settings, its keys and their order holds a READY task back, the decisive thing first. */
export function reasonsOfFlow(queue: QueueName, blockers: Blockers): ExplanationReason[] {
  const { key, order } = blockers;
  return [
    ...reasonsOfQueue(queue, blockers),
    ...(order === null ? [] : [reasonOfOrder(order)]),
    ...(key === null ? [] : reasonsOfKey(key)),
  ];
}

function reasonsOfQueue(queue: QueueName, blockers: Blockers): ExplanationReason[] {
  const { isPaused, heldForMs, concurrency, nextTokenMs } = blockers;
  const what = `Queue ${queue}`;
  const reasons: ExplanationReason[] = [];
  if (isPaused) {
    reasons.push({ code: "QUEUE_PAUSED", detail: `${what} is paused.` });
  }
  if (heldForMs !== null) {
    const detail = `A worker was rate limited: nothing of queue ${queue} is granted for another ${words(heldForMs)}.`;
    reasons.push({ code: "QUEUE_HELD", detail, remainingMs: heldForMs });
  }
  if (isReached(concurrency)) {
    const detail = `${what} is at its concurrency limit of ${limitOf(concurrency)}: ${holdersOf(concurrency)}.`;
    reasons.push({ code: "CONCURRENCY_LIMIT", detail, concurrency });
  }
  if (nextTokenMs !== null) {
    const detail = `${what} is at its rate limit: the next task may start in ${words(nextTokenMs)}.`;
    reasons.push({ code: "RATE_LIMIT", detail, remainingMs: nextTokenMs });
  }
  return reasons;
}

function reasonsOfKey(blockers: KeyBlockers): ExplanationReason[] {
  const { key, isPaused, heldForMs, concurrency, nextTokenMs } = blockers;
  const what = `Its concurrency key ${quoted(key)}`;
  const reasons: ExplanationReason[] = [];
  if (isPaused) {
    reasons.push({ code: "KEY_PAUSED", detail: `${what} is paused.`, key });
  }
  if (heldForMs !== null) {
    const detail = `A worker was rate limited: nothing of its concurrency key ${quoted(key)} is granted for another ${words(heldForMs)}.`;
    reasons.push({ code: "KEY_HELD", detail, remainingMs: heldForMs, key });
  }
  if (isReached(concurrency)) {
    const detail = `${what} is at its concurrency limit of ${concurrency.limit}: ${holdersOf(concurrency)}.`;
    reasons.push({ code: "KEY_CONCURRENCY_LIMIT", detail, concurrency, key });
  }
  if (nextTokenMs !== null) {
    const detail = `${what} is at its rate limit: its next task may start in ${words(nextTokenMs)}.`;
    reasons.push({ code: "KEY_RATE_LIMIT", detail, remainingMs: nextTokenMs, key });
  }
  return reasons;
}

const WHAT_HEADS_DO: Readonly<Record<TaskState, string>> = {
  SCHEDULED: "waits for its next attempt",
  READY: "waits itself",
  LEASED: "is running",
  SUCCEEDED: "has just ended",
  DEAD: "is dead and holds the others until it is redriven or gone",
  CANCELLED: "has just ended",
  EXPIRED: "has just ended",
};

function reasonOfOrder({ key, head, state, ahead }: OrderBlocker): ExplanationReason {
  const others =
    ahead === 0 ? "" : `, and then for ${ahead === 1 ? "another one" : `${ahead} others`}`;
  const detail = `It waits for task ${head} of its ordering key ${quoted(key)}, which ${WHAT_HEADS_DO[state]}${others}.`;
  return { code: "ORDERING_KEY", detail, head: { id: head, state }, ahead, key };
}

function isReached({ limit, leased }: Holding): boolean {
  return limit !== null && leased >= limit;
}

function limitOf({ limit, partitions }: Holding): string {
  return partitions === undefined
    ? `${limit}`
    : `${limit} in the partition of the task, one of ${partitions} that share the queue's limit`;
}

function holdersOf({ leased, holders }: Holding): string {
  const [one] = holders;
  if (leased === 1) {
    return one === undefined ? "1 task is running" : `task ${one} is running`;
  }
  const count = `${leased} tasks are running`;
  return one === undefined ? count : `${count}, one of them ${one}`;
}
