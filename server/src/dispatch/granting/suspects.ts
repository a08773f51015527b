import type { TaskType } from "../../domain/ids.ts";
import type { QueueSession } from "../session/session.ts";

/** What is known of a queue's suspects, and which sessions are kept for them. */
export class Suspects {
  #types: readonly TaskType[] = [];
  /** How many sessions may be kept at once. */
  #width = 1;

  /**
   * Notes of which types the store has suspects.
   *
   * @param isAfterOne whether one was leased just now: where more are left, more sessions are kept next
   */
  areLeft(types: readonly TaskType[] | undefined, isAfterOne: boolean): void {
    this.#types = types ?? [];
    if (this.#types.length === 0) {
      this.#width = 1;
    } else if (isAfterOne) {
      this.#width *= 2;
    }
  }

  /** Whether there are some that a session could take. */
  areFor(queueSession: QueueSession): boolean {
    return this.#types.some((type) => queueSession.takes(type));
  }

  /** Keeps free sessions for suspects: half of those that could take one at most, for others to go on. */
  keepSessions(
    queueSessions: Iterable<QueueSession>,
    nowMs: number,
    mayTake: (queueSession: QueueSession) => boolean,
  ): void {
    if (this.#types.length === 0) {
      return;
    }
    const takers = [...queueSessions].filter(
      (queueSession) => mayTake(queueSession) && this.areFor(queueSession),
    );
    takers.sort((a, b) => a.session.leases.size - b.session.leases.size);
    const most = Math.min(this.#width, Math.ceil(takers.length / 2));
    let kept = takers.filter(({ session }) => !session.solitude.takesOthers(nowMs)).length;
    for (const queueSession of takers) {
      const { solitude, credit } = queueSession.session;
      if (kept < most && solitude.isFree && credit.open > 0) {
        credit.leave(queueSession);
        solitude.begin(queueSession.queue);
        kept += 1;
      }
    }
  }
}
