import type { StoreCall } from "../../store/around-store.ts";
import {
  type CancelOutcome,
  type DeleteOutcome,
  type DeleteQueueOutcome,
  type LeaseOutcome,
  type PutKeyOutcome,
  type PutOutcome,
  type RedriveOutcome,
  type RenewOutcome,
  type ReportOutcome,
  type RunNowOutcome,
  type SessionOpened,
  type SettleOutcome,
  StoreError,
  type SubmitOutcome,
} from "../../store/store.ts";

interface Outcome {
  readonly kind: string;
}

type Kinds<Known extends Outcome> = Readonly<Record<Known["kind"], true>>;

// The compiler sees that none is forgotten and that none is too much.
const submit: Kinds<SubmitOutcome> = { created: true, known: true, reused: true, full: true };
const lease: Kinds<LeaseOutcome> = { ok: true, session_gone: true, superseded: true };
const settle: Kinds<SettleOutcome> = { ok: true, stale: true, not_found: true, no_room: true };
const report: Kinds<ReportOutcome> = { ok: true, stale: true, no_room: true };
const openSession: Kinds<SessionOpened> = { ok: true, superseded: true };
const renew: Kinds<RenewOutcome> = { ok: true, gone: true, superseded: true };
const cancel: Kinds<CancelOutcome> = { ok: true, repeated: true, final: true, not_found: true };
const redrive: Kinds<RedriveOutcome> = { ok: true, not_dead: true, later: true, not_found: true };
const runNow: Kinds<RunNowOutcome> = {
  ok: true,
  not_scheduled: true,
  later: true,
  not_found: true,
};
const deleteTasks: Kinds<DeleteOutcome> = {
  ok: true,
  not_final: true,
  later: true,
  not_found: true,
};
const putSettings: Kinds<PutOutcome> = { ok: true, changed: true, too_few: true };
const putKey: Kinds<PutKeyOutcome> = { ok: true, too_many: true };
const deleteQueue: Kinds<DeleteQueueOutcome> = {
  ok: true,
  more: true,
  not_found: true,
  has_tasks: true,
};

const kinds = {
  submit,
  lease,
  settle,
  report,
  openSession,
  renew,
  cancel,
  redrive,
  runNow,
  delete: deleteTasks,
  putSettings,
  putKey,
  deleteQueue,
};

/** By the calls whose outcomes are of some kind. */
const KNOWN: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(kinds).map(([call, names]) => [call, new Set(Object.keys(names))]),
);

/**
 * Checks what a call of a store came to, before anybody acts on it.
 *
 * @throws StoreError that names the call and the outcome where that is none which this version knows, so that
 *   what it changed is not known
 */
export function checkOutcomes(call: StoreCall, answer: unknown): void {
  const known = KNOWN.get(call);
  if (known === undefined) {
    return;
  }
  for (const outcome of (Array.isArray(answer) ? answer : [answer]) as (Outcome | undefined)[]) {
    if (outcome === undefined || !known.has(outcome.kind)) {
      const text =
        outcome === undefined ? "nothing" : `the outcome ${JSON.stringify(outcome.kind)}`;
      throw new StoreError("unknown", `the store answered a ${call} with ${text}`);
    }
  }
}
