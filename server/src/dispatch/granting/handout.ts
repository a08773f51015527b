import { LIMITS } from "@baton/proto/shared";
import type { LeaseRef, QueueName, SessionId } from "../../domain/ids.ts";
import type { LeasedTask } from "../../domain/task.ts";
import type { LeaseSession, QueueSession } from "../session/session.ts";
import type { EarlyLeases } from "./early-leases.ts";
import type { FairShare } from "./fair-share.ts";
import type { GranterOptions } from "./granter-options.ts";
import type { Leased } from "./lease-call.ts";

/** How long a task that cannot be read is kept out of the way. */
const UNDECODABLE_DELAY_MS = 60_000;

// Ids, times and field tags of a task on the wire, with room to spare.
const TASK_OVERHEAD_BYTES = 512;
const MAX_BYTES_A_CHARACTER = 3;

/** What a {@link Handout} takes note in. */
export interface HandoutNotes {
  readonly early: EarlyLeases;
  readonly fair: FairShare;
}

/** What was handed out, and whether more tasks of the session's types may be left. */
export interface HandedOut {
  readonly granted: number;
  readonly mayHaveMore: boolean;
}

/** Hands the tasks that were leased from a queue to the session for which they were leased. */
export class Handout {
  readonly #queue: QueueName;
  readonly #options: GranterOptions;
  readonly #notes: HandoutNotes;

  constructor(queue: QueueName, options: GranterOptions, notes: HandoutNotes) {
    this.#queue = queue;
    this.#options = options;
    this.#notes = notes;
  }

  /** Grants tasks; what cannot be read is given back. */
  grant({ session }: QueueSession, outcome: Leased, limit: number): HandedOut {
    const { tasks: leased, left } = outcome;
    const { clock, settings, onLeased } = this.#options;
    const { early, fair } = this.#notes;
    early.leased(leased);
    const tasks = leased.some(isUndecodable) ? this.#putOff(session.id, leased) : leased;
    if (leased.length === 0) {
      fair.isLeft(0);
      return { granted: 0, mayHaveMore: false };
    }
    const sent = sendGrants(session, tasks, clock.monotonicMs(), settings.maxGrantBytes);
    onLeased(this.#queue, sent.soonestTimeoutMs);
    // Few tasks mean that no more are there, unless the next one was too large to be added.
    const isCut = sent.payloadBytes + LIMITS.maxPayloadBytes > settings.maxGrantBytes;
    const mayHaveMore = left > 0 && (leased.length === limit || isCut);
    fair.isLeft(mayHaveMore ? left : 0);
    return { granted: tasks.length, mayHaveMore };
  }

  /** Grants a suspect, if one was leased. */
  grantApart(queueSession: QueueSession, outcome: Leased): HandedOut {
    const handedOut = this.grant(queueSession, outcome, 1);
    const [suspect] = outcome.tasks;
    if (suspect !== undefined && handedOut.granted > 0) {
      queueSession.session.solitude.granted(leaseOf(suspect), this.#options.clock.monotonicMs());
    }
    return handedOut;
  }

  /** Gives tasks back, since the session takes none any more. */
  giveBack({ session }: QueueSession, { tasks }: Leased): void {
    this.#options.settler.giveBack(session.id, tasks.map(leaseOf));
  }

  /** Gives back what cannot be read, for another version to try; returns what can. */
  #putOff(sessionId: SessionId, leased: readonly LeasedTask[]): LeasedTask[] {
    const { settler, undecodable } = this.#options;
    const unreadable = leased.filter(isUndecodable);
    settler.giveBack(sessionId, unreadable.map(leaseOf), UNDECODABLE_DELAY_MS);
    undecodable.noteTasks(unreadable.map(({ id }) => id));
    return leased.filter((task) => !isUndecodable(task));
  }
}

function isUndecodable({ spec }: LeasedTask): boolean {
  return spec.undecodable === true;
}

function leaseOf({ id, token }: LeasedTask): LeaseRef {
  return { taskId: id, token };
}

/**
 * Hands leased tasks to a session, in messages that stay below the limit unless one task alone is larger.
 *
 * @returns what the payloads came to, and the shortest timeout of an attempt
 */
function sendGrants(
  session: LeaseSession,
  tasks: readonly LeasedTask[],
  nowMs: number,
  maxBytes: number,
): { payloadBytes: number; soonestTimeoutMs: number } {
  let payloadBytes = 0;
  let soonestTimeoutMs = Number.POSITIVE_INFINITY;
  for (const task of tasks) {
    session.leases.grant(task, nowMs);
    payloadBytes += task.spec.payload.length;
    soonestTimeoutMs = Math.min(soonestTimeoutMs, task.spec.attemptTimeoutMs);
  }
  for (const grant of splitGrants(tasks, maxBytes)) {
    session.send({ kind: "grant", tasks: grant });
  }
  return { payloadBytes, soonestTimeoutMs };
}

function splitGrants(tasks: readonly LeasedTask[], maxBytes: number): LeasedTask[][] {
  const grants: LeasedTask[][] = [];
  let grant: LeasedTask[] = [];
  let bytes = 0;
  for (const task of tasks) {
    const taskBytes = grantedBytes(task);
    if (grant.length > 0 && bytes + taskBytes > maxBytes) {
      grants.push(grant);
      grant = [];
      bytes = 0;
    }
    grant.push(task);
    bytes += taskBytes;
  }
  if (grant.length > 0) {
    grants.push(grant);
  }
  return grants;
}

/** No less than what a task takes in a grant. */
function grantedBytes({ spec, checkpoint }: LeasedTask): number {
  let characters = spec.contentType.length;
  for (const key in spec.headers) {
    characters += key.length + (spec.headers[key] as string).length + 4;
  }
  return (
    spec.payload.length +
    checkpoint.length +
    characters * MAX_BYTES_A_CHARACTER +
    TASK_OVERHEAD_BYTES
  );
}
