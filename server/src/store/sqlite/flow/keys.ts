import type { KeySettings } from "../../../domain/flow/queue-settings.ts";
import type { KeyBlock, KeyFigures, KeysPage, KeysQuery } from "../../flow.ts";
import type { QueueFlow, QueueKey, Transaction } from "../client/transaction.ts";
import { roomOf, termsOfKey } from "./limits.ts";
import { leasedOfKey, waitingOfKey } from "./members.ts";

// Bounds how long a listing to which few keys belong holds up everything else.
const MAX_EXAMINED = 1_000;
const ALL = Number.MAX_SAFE_INTEGER;

/** Returns a page of keys, by their texts; it may hold fewer than asked for although more follow. */
export function keys(tx: Transaction, query: KeysQuery): KeysPage {
  const queue = tx.findQueue(query.queue);
  const page: KeyFigures[] = [];
  if (queue === null || queue.flow === null) {
    return { keys: page, next: null };
  }
  let after = query.after;
  for (let examined = 0; examined < MAX_EXAMINED && page.length < query.limit; examined += 1) {
    const key = nextKey(tx, queue, query, after);
    if (key === null) {
      return { keys: page, next: null };
    }
    const figures = figuresOf(tx, queue, queue.flow, key);
    if (query.filter !== "blocked" || figures.blockedBy !== null) {
      page.push(figures);
    }
    after = key;
  }
  return { keys: page, next: nextKey(tx, queue, query, after) === null ? null : after };
}

function nextKey(
  { statements }: Transaction,
  { id }: QueueKey,
  { filter }: KeysQuery,
  after: string,
): string | null {
  const set = statements.nextSetKey.get(id, after);
  if (filter === "set") {
    return set?.key ?? null;
  }
  const waiting = [
    statements.nextKeyInLanes.get(id, after),
    statements.nextKeyBehind.get(id, after),
  ];
  const others = filter === "all" ? [statements.nextMemberKey.get(id, after), set] : [];
  const found = [...waiting, ...others].flatMap((row) => row?.key ?? []);
  return found.length === 0 ? null : found.reduce(firstOf);
}

/** The first of two as SQLite orders texts: by their bytes. */
function firstOf(one: string, other: string): string {
  return Buffer.compare(Buffer.from(one), Buffer.from(other)) <= 0 ? one : other;
}

function figuresOf(tx: Transaction, queue: QueueKey, flow: QueueFlow, key: string): KeyFigures {
  const { statements } = tx;
  const own = statements.keySettings.get(queue.id, key)?.settings ?? null;
  const readySince = nextReadySince(tx, queue, key);
  return {
    key,
    settings: own === null ? null : (JSON.parse(own) as KeySettings),
    waiting: waitingOfKey(tx, queue, key, ALL),
    leased: leasedOfKey(tx, queue, key, ALL),
    blockedBy: readySince === null ? null : blockOf(tx, queue, flow, key),
    oldestReadyAgeMs: readySince === null ? null : Math.max(0, tx.nowMs - readySince),
  };
}

/** Since when the next READY task of a key has been READY: of its lanes, else of those behind heads. */
function nextReadySince({ statements }: Transaction, { id }: QueueKey, key: string): number | null {
  const heads = statements.lanesOfKey
    .all(id, key)
    .flatMap(({ kind }) => statements.headOfLane.get(id, kind, key) ?? [])
    .sort((a, b) => a.place - b.place);
  return heads[0]?.due_at ?? statements.headBehind.get(id, key)?.due_at ?? null;
}

function blockOf(tx: Transaction, queue: QueueKey, flow: QueueFlow, key: string): KeyBlock | null {
  const found = tx.statements.timesOfKey.get(queue.id, key);
  const times = { key, held_until: found?.held_until ?? null, tat: found?.tat ?? null };
  const terms = termsOfKey(flow, key, found?.settings ?? null);
  const { room, heldBy, untilMs } = roomOf(tx, queue, terms, times);
  if (room > 0 || heldBy === null) {
    return null;
  }
  return heldBy === "rate" || heldBy === "held"
    ? { kind: heldBy, remainingMs: Math.max(0, (untilMs ?? 0) - tx.nowMs) }
    : { kind: heldBy };
}
