import {
  type CancelOutcome,
  type LeaseOutcome,
  type RedriveOutcome,
  type RenewOutcome,
  type ReportOutcome,
  type SessionOpened,
  type SettleOutcome,
  StoreError,
  type SubmitOutcome,
} from "../../store/store.ts";

type Kinds<Outcome extends { readonly kind: string }> = Readonly<Record<Outcome["kind"], true>>;

// The compiler sees that none is forgotten and that none is too much.
const submit: Kinds<SubmitOutcome> = { created: true, known: true, reused: true };
const lease: Kinds<LeaseOutcome> = { ok: true, session_gone: true, superseded: true };
const settle: Kinds<SettleOutcome> = { ok: true, stale: true, not_found: true, no_room: true };
const report: Kinds<ReportOutcome> = { ok: true, stale: true, no_room: true };
const openSession: Kinds<SessionOpened> = { ok: true, superseded: true };
const renew: Kinds<RenewOutcome> = { ok: true, gone: true, superseded: true };
const cancel: Kinds<CancelOutcome> = { ok: true, repeated: true, final: true, not_found: true };
const redrive: Kinds<RedriveOutcome> = { ok: true, not_dead: true, not_found: true };

/**
 * Checks what calls of a store came to, before anybody acts on it: each throws a `StoreError` that names
 * the call and the outcome where that is none which this version knows, and what it changed is not known.
 */
export const known = {
  submit: checker("submit", submit),
  lease: checker("lease", lease),
  settle: checker("settle", settle),
  report: checker("report", report),
  openSession: checker("openSession", openSession),
  renew: checker("renew", renew),
  cancel: checker("cancel", cancel),
  redrive: checker("redrive", redrive),
};

function checker<Kind extends string>(call: string, kinds: Readonly<Record<Kind, true>>) {
  const names: ReadonlySet<string> = new Set(Object.keys(kinds));
  const check = (outcome: { readonly kind: string } | undefined): void => {
    if (outcome === undefined || !names.has(outcome.kind)) {
      const text =
        outcome === undefined ? "nothing" : `the outcome ${JSON.stringify(outcome.kind)}`;
      throw new StoreError("unknown", `the store answered a ${call} with ${text}`);
    }
  };
  return <Answer extends { readonly kind: Kind } | readonly { readonly kind: Kind }[]>(
    answer: Answer,
  ): Answer => {
    if (Array.isArray(answer)) {
      for (const outcome of answer) {
        check(outcome);
      }
    } else {
      check(answer as { readonly kind: Kind });
    }
    return answer;
  };
}
