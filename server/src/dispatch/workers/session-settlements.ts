import type { Clock } from "../../domain/clock.ts";
import type { LeaseRef } from "../../domain/ids.ts";
import type { Settlement, SettleOutcome, StoreError } from "../../store/store.ts";
import type { SettlementAnswer, WorkerSettlement } from "../contract.ts";
import type { LeaseSession } from "../session/session.ts";
import { answerOf, retryAnswer } from "../settling/settle-call.ts";
import type { SettleAsker, Settler } from "../settling/settler.ts";

/** Settles for one session: answers go back on its stream, and what is settled leaves its table. */
export class SessionSettlements implements SettleAsker {
  readonly #session: LeaseSession;
  readonly #settler: Settler;
  readonly #clock: Clock;
  #answers: SettlementAnswer[] = [];
  #underWay = 0;
  #waiting: (() => void)[] = [];

  constructor(session: LeaseSession, settler: Settler, clock: Clock) {
    this.#session = session;
    this.#settler = settler;
    this.#clock = clock;
  }

  /** Settles a batch of the worker's. */
  settle(batch: readonly WorkerSettlement[]): void {
    const nowMs = this.#clock.monotonicMs();
    for (const settlement of batch) {
      const entry = this.#session.leases.find(settlement.lease);
      if (entry !== null) {
        this.#session.lastTaskMs = nowMs - entry.grantedAtMs;
        entry.settling += 1;
        entry.isOver = true;
      }
      this.#underWay += 1;
      this.#settler.settle(this.#session.id, settlement, entry, this, 0);
    }
  }

  /** Gives back leases that the worker has no more; no attempt is spent. */
  giveBack(leases: readonly LeaseRef[]): void {
    for (const lease of leases) {
      this.#underWay += 1;
      const release = { lease, outcome: { kind: "release", delayMs: 0 } } as const;
      this.#settler.settle(this.#session.id, release, null, this, 0);
    }
  }

  /** Calls back once every settlement is answered or has failed, at once where none is under way. */
  whenAnswered(then: () => void): void {
    if (this.#underWay === 0) {
      then();
    } else {
      this.#waiting.push(then);
    }
  }

  answered(outcome: SettleOutcome, { lease }: Settlement): void {
    this.#underWay -= 1;
    if (outcome.kind === "no_room") {
      this.#keep(lease);
    } else {
      this.#session.leases.settled(lease);
    }
    this.#answers.push(answerOf(lease, outcome));
  }

  failed(_error: StoreError, { lease }: Settlement): void {
    this.#underWay -= 1;
    this.#keep(lease);
    this.#answers.push(retryAnswer(lease));
  }

  #keep(lease: LeaseRef): void {
    const entry = this.#session.leases.find(lease);
    if (entry !== null) {
      entry.settling -= 1;
      // The worker has it still and is about to send its settlement again.
      entry.heardAtMs = this.#clock.monotonicMs();
    }
  }

  flush(): void {
    const answers = this.#answers;
    this.#answers = [];
    if (answers.length > 0) {
      this.#session.answer(answers);
    }
    if (this.#underWay === 0) {
      for (const then of this.#waiting.splice(0)) {
        then();
      }
    }
  }
}
