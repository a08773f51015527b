import type { LeaseOutcome } from "../../store/store.ts";
import type { LeaseSession, QueueSession } from "../session/session.ts";
import type { GranterOptions } from "./granter-options.ts";

/** Tasks that a session leased, and what the store said beside them. */
export type Leased = Extract<LeaseOutcome, { kind: "ok" }>;

/** For how many tasks a lease call asks, and whether for suspects. */
export interface Ask {
  readonly limit: number;
  readonly isApart: boolean;
}

/**
 * What a lease call came to. `more`: more tasks may follow. `exhausted`: nothing is left of the types. `ended`: not
 * this session, for now. `failed`: the store failed.
 */
export interface LeaseResult {
  readonly kind: "more" | "exhausted" | "ended" | "failed";
  readonly queueSession: QueueSession;
  readonly granted: number;
}

/**
 * Leases for a session, which is opened anew first where its ttl passed. To be called as an exclusive action of
 * the queue session.
 *
 * @returns `ended` where it is not this session's to lease, for now; `failed` where it could not be opened anew
 * @throws StoreError where the lease failed
 */
export async function callLease(
  queueSession: QueueSession,
  ask: Ask,
  options: GranterOptions,
): Promise<Leased | "ended" | "failed"> {
  for (let tries = 0; tries < 2; tries += 1) {
    const outcome = await callOnce(queueSession, ask, options);
    if (outcome !== "session_gone") {
      return outcome;
    }
    queueSession.mustReopen = true;
  }
  return "ended";
}

/**
 * Ends a lease for a suspect, and gives what it did not spend back.
 *
 * @param letGo told of the session where it was kept for a suspect and got none: it may take others again
 */
export function endApart(
  result: LeaseResult,
  reserved: number,
  letGo: (session: LeaseSession) => void,
): LeaseResult {
  const { session } = result.queueSession;
  session.credit.giveBack(reserved, result.granted);
  if (result.granted > 0) {
    return result;
  }
  session.solitude.end();
  // Where it may not lease, it may take no others: to look again at once would look for ever.
  if (result.kind !== "ended") {
    letGo(session);
  }
  return result.kind === "failed" ? result : { ...result, kind: "ended" };
}

async function callOnce(
  queueSession: QueueSession,
  ask: Ask,
  { store, settings, reopener, onSuperseded }: GranterOptions,
): Promise<Leased | "ended" | "failed" | "session_gone"> {
  if (queueSession.mustReopen) {
    const reopened = await reopener.reopen(queueSession, []);
    if (reopened !== "ok") {
      return reopened === "failed" ? "failed" : "ended";
    }
  }
  const { session, types, queue } = queueSession;
  const outcome = await store.lease({
    queue,
    types,
    sessionId: session.id,
    streamId: session.streamId,
    workerId: session.workerId,
    maxPayloadBytes: settings.maxGrantBytes,
    ...ask,
  });
  switch (outcome.kind) {
    case "ok":
      return outcome;
    case "session_gone":
      return "session_gone";
    case "superseded":
      onSuperseded(session);
      return "ended";
  }
}
