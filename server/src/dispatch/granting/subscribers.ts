import type { TaskType } from "../../domain/ids.ts";
import type { LeaseSession, QueueSession } from "../session/session.ts";

/** Who could run a task. */
export interface Takers {
  /** Sessions that take its queue and type. */
  readonly sessions: number;
  /** Those of them that would take one more now. */
  readonly withCredit: number;
}

/** The sessions that subscribe to a queue; who was granted something longest ago comes first. */
export class Subscribers {
  readonly #queueSessions = new Set<QueueSession>();

  get size(): number {
    return this.#queueSessions.size;
  }

  [Symbol.iterator](): Iterator<QueueSession> {
    return this.#queueSessions.values();
  }

  add(queueSession: QueueSession): void {
    this.#queueSessions.add(queueSession);
  }

  has(queueSession: QueueSession): boolean {
    return this.#queueSessions.has(queueSession);
  }

  remove(queueSession: QueueSession): void {
    this.#queueSessions.delete(queueSession);
  }

  /** Puts one last that was granted something, if it is still there. */
  granted(queueSession: QueueSession): void {
    if (this.#queueSessions.delete(queueSession)) {
      this.#queueSessions.add(queueSession);
    }
  }

  /** Has those wait for credit here no more that have nothing to spend it on; `left` is told of each that waited. */
  stopWaiting(
    hasNothing: (queueSession: QueueSession) => boolean,
    left: (session: LeaseSession) => void,
  ): void {
    for (const queueSession of this.#queueSessions) {
      const { session } = queueSession;
      if (hasNothing(queueSession) && session.credit.leave(queueSession)) {
        left(session);
      }
    }
  }

  /** Asks the workers to wait. */
  throttle(reason: string, retryAfterMs: number): void {
    for (const { session } of this.#queueSessions) {
      session.send({ kind: "throttle", reason, retryAfterMs });
    }
  }

  /** Counts who could run a task of the type. */
  takers(type: TaskType): Takers {
    const takers = [...this.#queueSessions].filter((queueSession) => queueSession.takes(type));
    return { sessions: takers.length, withCredit: takers.filter(hasOpenCredit).length };
  }

  /** Whether some session would take a task. */
  hasCreditWaiting(): boolean {
    for (const queueSession of this.#queueSessions) {
      if (hasOpenCredit(queueSession)) {
        return true;
      }
    }
    return false;
  }
}

/** Whether a session can be sent grants. */
export function isOpen({ session }: QueueSession): boolean {
  return session.takesGrants && session.isWritable;
}

function hasOpenCredit(queueSession: QueueSession): boolean {
  return queueSession.session.credit.open > 0 && isOpen(queueSession);
}
