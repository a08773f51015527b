import type { Ledger, OpFile } from "../ledger.ts";
import type { CheckSettings, Violation } from "../violation.ts";
import { type HeldSpan, heldSpans, isForgettable } from "./holding.ts";

/** A task of an ordering key, as far as it is known when it was due and leased. */
interface Place {
  readonly id: string;
  /** It was due then at the latest; infinite where nobody was answered. */
  readonly dueByMs: number;
  /** It was due then at the earliest. */
  readonly dueFromMs: number;
  readonly firstToken: number;
  readonly lastToken: number;
}

/** Tokens of one millisecond say nothing of who was first: a task that comes back in it has a higher one. */
const SAME_MS = 1_000;

/**
 * S10: tasks of one ordering key are LEASED one at a time, and in the order in which they were due: none is leased
 * again, or for the first time, once one that surely comes after it was leased.
 */
export function checkOrder(ledger: Ledger, settings: CheckSettings): Violation[] {
  return [...checkOneAtATime(ledger, settings), ...checkSequence(ledger, settings)];
}

/** How often the first of an ordering key was leased again while others waited for it. */
export function countRedeliveries(ledger: Ledger, settings: CheckSettings): number {
  let count = 0;
  for (const places of linesOf(ledger, settings).values()) {
    for (const { lastToken, firstToken, dueByMs } of places) {
      const hasOthers = places.some(({ dueFromMs }) => dueFromMs > dueByMs);
      count += Number(lastToken > firstToken && hasOthers);
    }
  }
  return count;
}

function checkOneAtATime(ledger: Ledger, settings: CheckSettings): Violation[] {
  const lines = new Map<string, HeldSpan[]>();
  for (const span of heldSpans(ledger, settings)) {
    if (span.orderingKey !== "" && span.fromMs < span.toMs) {
      const name = lineOf(span.queue, span.concurrencyKey, span.orderingKey);
      lines.set(name, [...(lines.get(name) ?? []), span]);
    }
  }
  const violations: Violation[] = [];
  for (const [line, spans] of lines) {
    let last: HeldSpan | null = null;
    for (const span of spans.sort((left, right) => left.fromMs - right.fromMs)) {
      if (last !== null && last.task !== span.task && span.fromMs < last.toMs) {
        const text = `${span.task.id} was leased while ${last.task.id} was LEASED`;
        violations.push({ invariant: "S10", subject: line, text });
      }
      last = last === null || span.toMs > last.toMs ? span : last;
    }
  }
  return violations;
}

function checkSequence(ledger: Ledger, settings: CheckSettings): Violation[] {
  // Who is first the store says by its clock, and tokens are its times.
  if (!settings.isClockTrue) {
    return [];
  }
  const violations: Violation[] = [];
  for (const [line, places] of linesOf(ledger, settings)) {
    const before = places.toSorted((left, right) => left.dueByMs - right.dueByMs);
    let at = 0;
    let latest: Place | null = null;
    for (const place of places.toSorted((left, right) => left.dueFromMs - right.dueFromMs)) {
      for (; (before[at]?.dueByMs ?? Infinity) < place.dueFromMs; at += 1) {
        const earlier = before[at] as Place;
        latest = latest === null || earlier.lastToken > latest.lastToken ? earlier : latest;
      }
      if (latest !== null && latest.lastToken > place.firstToken + SAME_MS) {
        const text = `${latest.id} was leased (token ${latest.lastToken}) after ${place.id}, which comes later (token ${place.firstToken})`;
        violations.push({ invariant: "S10", subject: line, text });
      }
    }
  }
  return violations;
}

function linesOf(ledger: Ledger, settings: CheckSettings): Map<string, Place[]> {
  const lines = new Map<string, Place[]>();
  for (const op of ledger.ops.values()) {
    const [call] = op.calls;
    if (call === undefined || call.orderingKey === "") {
      continue;
    }
    const name = lineOf(call.queue, call.concurrencyKey, call.orderingKey);
    const places = lines.get(name) ?? [];
    places.push(...placesOf(ledger, op, settings));
    lines.set(name, places);
  }
  return lines;
}

/** The tasks of a submit that were leased, where the store can have forgotten nothing of them. */
function placesOf(
  ledger: Ledger,
  { calls, answers, taskIds }: OpFile,
  settings: CheckSettings,
): Place[] {
  const answered = answers.filter(({ outcome }) => outcome === "ok").map(({ atMs }) => atMs);
  const delayMs = calls[0]?.delayMs ?? 0;
  return [...taskIds].flatMap((id) => {
    const task = ledger.tasks.get(id);
    const leases = [...(task?.leases.values() ?? [])].filter(({ grants }) => grants.length > 0);
    const seen = leases.flatMap(({ grants, settles }) => [...grants, ...settles]);
    if (leases.length === 0 || seen.some((event) => isForgettable(event, settings))) {
      return [];
    }
    const tokens = leases.map(({ token }) => token);
    return [
      {
        id,
        dueByMs: Math.min(...answered) + delayMs,
        dueFromMs: Math.min(...calls.map(({ atMs }) => atMs)) + delayMs,
        firstToken: Math.min(...tokens),
        lastToken: Math.max(...tokens),
      },
    ];
  });
}

function lineOf(queue: string, concurrencyKey: string, orderingKey: string): string {
  return [queue, concurrencyKey, orderingKey].join(" ");
}
