import type { Clock } from "@baton/proto/shared";
import type { LeaseRef, SessionId } from "../../domain/ids.ts";
import type { Settlement, SettleOutcome, StoreError } from "../../store/store.ts";
import type { SettlementAnswer, WorkerSettlement } from "../contract.ts";
import { answerOf, retryAnswer } from "../settling/settlement-answers.ts";
import type { SettleCaller, Settler } from "../settling/settler.ts";
import type { LeaseTable } from "./lease-table.ts";

/** What {@link SessionSettlements} need. */
export interface SessionSettlementsOptions {
  readonly sessionId: SessionId;
  readonly leases: LeaseTable;
  readonly settler: Settler;
  readonly clock: Clock;
  /** Answers settlements on the session's stream. */
  readonly answer: (results: readonly SettlementAnswer[]) => void;
}

/** Settles for one session: answers go back on its stream, and what is settled leaves its table. */
export class SessionSettlements implements SettleCaller {
  readonly #options: SessionSettlementsOptions;
  #lastTaskMs = Number.POSITIVE_INFINITY;
  #answers: SettlementAnswer[] = [];
  #underWay = 0;
  #waiting: (() => void)[] = [];

  constructor(options: SessionSettlementsOptions) {
    this.#options = options;
  }

  /** How long the worker had the task that it settled last; long where that is not known. */
  get lastTaskMs(): number {
    return this.#lastTaskMs;
  }

  /** Settles a batch of the worker's. */
  settle(batch: readonly WorkerSettlement[]): void {
    const { sessionId, leases, settler, clock } = this.#options;
    const nowMs = clock.monotonicMs();
    for (const settlement of batch) {
      const entry = leases.find(settlement.lease);
      if (entry !== null) {
        this.#lastTaskMs = nowMs - entry.grantedAtMs;
        entry.settling += 1;
        entry.isOver = true;
      }
      this.#underWay += 1;
      settler.settle(sessionId, settlement, entry, this, 0);
    }
  }

  /** Gives back leases that the worker has no more; no attempt is spent. */
  giveBack(leases: readonly LeaseRef[]): void {
    const { sessionId, settler } = this.#options;
    for (const lease of leases) {
      this.#underWay += 1;
      const release = { lease, outcome: { kind: "release", delayMs: 0 } } as const;
      settler.settle(sessionId, release, null, this, 0);
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
      this.#options.leases.settled(lease);
    }
    this.#answers.push(answerOf(lease, outcome));
  }

  failed(_error: StoreError, { lease }: Settlement): void {
    this.#underWay -= 1;
    this.#keep(lease);
    this.#answers.push(retryAnswer(lease));
  }

  #keep(lease: LeaseRef): void {
    const entry = this.#options.leases.find(lease);
    if (entry !== null) {
      entry.settling -= 1;
      // The worker has it still and is about to send its settlement again.
      entry.heardAtMs = this.#options.clock.monotonicMs();
    }
  }

  flush(): void {
    const answers = this.#answers;
    this.#answers = [];
    if (answers.length > 0) {
      this.#options.answer(answers);
    }
    if (this.#underWay === 0) {
      for (const then of this.#waiting.splice(0)) {
        then();
      }
    }
  }
}
