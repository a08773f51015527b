import type { Ledger } from "../ledger.ts";
import type { CheckSettings, Violation } from "../violation.ts";
import { type Bound, Eras } from "./eras.ts";
import { type HeldSpan, heldSpans, isForgettable } from "./holding.ts";

/** What a limit binds: a queue, or a concurrency key of it. */
interface Scope {
  readonly name: string;
  readonly spans: HeldSpan[];
  boundsAt(fromMs: number, toMs: number): Bound[];
}

/** Times of clocks are read to the millisecond. */
const RATE_SLACK_MS = 4;

/**
 * S11: no more tasks of a queue or a concurrency key are LEASED than its limit, no more are leased in any time than
 * its rate lets go, and none while it is paused. A limit that is lowered ends no lease: what counts is what held when
 * the last of those that were LEASED together was granted.
 */
export function checkLimits(ledger: Ledger, settings: CheckSettings): Violation[] {
  return scopesOf(ledger, settings).flatMap((scope) => [
    ...checkConcurrency(scope),
    ...checkRate(scope, settings),
    ...checkPause(scope),
  ]);
}

/** How often as many were LEASED as may be. */
export function countAtLimit(ledger: Ledger, settings: CheckSettings): number {
  let count = 0;
  for (const scope of scopesOf(ledger, settings)) {
    walk(scope, (most, held) => {
      count += Number(held.size === most);
    });
  }
  return count;
}

function scopesOf(ledger: Ledger, settings: CheckSettings): Scope[] {
  const eras = new Eras(ledger);
  const scopes = new Map<string, Scope>();
  const add = (name: string, span: HeldSpan, boundsAt: Scope["boundsAt"]): void => {
    const scope = scopes.get(name) ?? { name, spans: [], boundsAt };
    scope.spans.push(span);
    scopes.set(name, scope);
  };
  for (const span of heldSpans(ledger, settings)) {
    const { queue, concurrencyKey: key } = span;
    add(queue, span, (fromMs, toMs) => eras.ofQueue(queue, fromMs, toMs));
    if (key !== "") {
      add(`${queue} ${key}`, span, (fromMs, toMs) => eras.ofKey(queue, key, fromMs, toMs));
    }
  }
  return [...scopes.values()];
}

function checkConcurrency(scope: Scope): Violation[] {
  const violations: Violation[] = [];
  walk(scope, (most, held) => {
    if (held.size > most) {
      const ids = [...held].map(({ task }) => task.id);
      const text = `${held.size} were LEASED of at most ${most}: ${ids.join(" ")}`;
      violations.push({ invariant: "S11", subject: scope.name, text });
    }
  });
  return violations;
}

/** Goes through the spans, and looks at each beginning at those that are held then, and at the most there may be. */
function walk(scope: Scope, look: (most: number, held: ReadonlySet<HeldSpan>) => void): void {
  const begins = scope.spans
    .filter(({ fromMs, toMs }) => fromMs < toMs)
    .sort((left, right) => left.fromMs - right.fromMs);
  const held = new Set<HeldSpan>();
  for (const span of begins) {
    for (const other of held) {
      if (other.toMs <= span.fromMs) {
        held.delete(other);
      }
    }
    held.add(span);
    const fromMs = Math.max(...[...held].map(({ grantedFromMs }) => grantedFromMs));
    const toMs = Math.max(...[...held].map(({ grantedToMs }) => grantedToMs));
    const limits = scope.boundsAt(fromMs, toMs).map(({ concurrency }) => concurrency ?? Infinity);
    look(Math.max(...limits), held);
  }
}

/** A bucket that is full where nobody knows: at the beginning, and wherever other settings may have held. */
function checkRate(scope: Scope, settings: CheckSettings): Violation[] {
  if (!settings.isClockTrue) {
    return [];
  }
  const violations: Violation[] = [];
  const grants = scope.spans.toSorted((left, right) => left.grantedFromMs - right.grantedFromMs);
  let [tatMs, known] = [Number.NEGATIVE_INFINITY, ""];
  for (const { grantedFromMs, grantedToMs, grant } of grants) {
    const bounds = scope.boundsAt(grantedFromMs, grantedToMs);
    const [bound] = bounds;
    const rate = bounds.length === 1 ? bound?.rate : null;
    const name = JSON.stringify(rate ?? null);
    if (rate == null || name !== known || isForgettable(grant, settings)) {
      [tatMs, known] = [Number.NEGATIVE_INFINITY, name];
    }
    if (rate == null) {
      continue;
    }
    const nowMs = (grantedFromMs + grantedToMs) / 2;
    const intervalMs = rate.periodMs / rate.tasks;
    tatMs = Math.max(tatMs, nowMs) + intervalMs;
    const aheadMs = tatMs - nowMs - rate.burst * intervalMs;
    if (aheadMs > RATE_SLACK_MS) {
      const text = `token ${grant.token} was granted ${Math.round(aheadMs)} ms before its rate let it go`;
      violations.push({ invariant: "S11", subject: scope.name, text });
      tatMs -= intervalMs;
    }
  }
  return violations;
}

function checkPause(scope: Scope): Violation[] {
  return scope.spans.flatMap(({ grantedFromMs, grantedToMs, task }) => {
    const bounds = scope.boundsAt(grantedFromMs, grantedToMs);
    return bounds.every(({ isPaused }) => isPaused)
      ? [
          {
            invariant: "S11",
            subject: scope.name,
            text: `${task.id} was granted while it was paused`,
          },
        ]
      : [];
  });
}
