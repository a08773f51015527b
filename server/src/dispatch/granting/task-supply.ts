import type { SessionId } from "../../domain/ids.ts";
import type { QueueSession } from "../session/session.ts";
import type { Leased } from "./lease-call.ts";
import { Suspects } from "./suspects.ts";

const EVERY_TYPE = "";
const NOBODY: ReadonlySet<SessionId> = new Set();

/**
 * What is known of a queue's tasks: which sessions it may have some for.
 *
 * | the types of a session | lease calls | becomes the other when                                           |
 * | ---------------------- | ----------- | ---------------------------------------------------------------- |
 * | may have tasks         | are made    | the store has none left, and none may have come since it was asked |
 * | are exhausted          | are not     | tasks may have come: of whichever type, for it is not known which |
 *
 * A session for which the store keeps a task that nobody else may lease is never taken for exhausted.
 */
export class TaskSupply {
  readonly suspects = new Suspects();
  /** The types of which nothing was left when the store was asked last. */
  readonly #exhausted = new Set<string>();
  #pinned: ReadonlySet<SessionId> = NOBODY;
  #refills = 0;

  /** How often tasks may have come. */
  get refills(): number {
    return this.#refills;
  }

  /** Notes that there may be tasks of every type. */
  refilled(): void {
    this.#refills += 1;
    this.#exhausted.clear();
  }

  /** Notes that nothing was left of any type at a refill, unless there was another since. */
  allExhausted(atRefill: number): void {
    this.#exhaust(EVERY_TYPE, atRefill);
  }

  /** Notes that nothing was left of a session's types at a refill, unless there was another since. */
  exhausted({ typesKey }: QueueSession, atRefill: number): void {
    this.#exhaust(typesKey, atRefill);
  }

  /** Whether something is exhausted. */
  get isAnyExhausted(): boolean {
    return this.#exhausted.size > 0;
  }

  /** Whether there is nothing for a session but suspects. */
  isExhaustedFor({ typesKey, session }: QueueSession): boolean {
    const isExhausted = this.#exhausted.has(EVERY_TYPE) || this.#exhausted.has(typesKey);
    return isExhausted && !this.#pinned.has(session.id);
  }

  /** Whether there may be something for a session, suspects included. */
  mayHaveTasksFor(queueSession: QueueSession): boolean {
    return !this.isExhaustedFor(queueSession) || this.suspects.areFor(queueSession);
  }

  /** Takes in what a lease call says beside its tasks. */
  answered({ pinned, suspects }: Leased, isSuspectLeased: boolean): void {
    this.#pinned = pinned === undefined ? NOBODY : new Set(pinned);
    this.suspects.areLeft(suspects, isSuspectLeased);
  }

  #exhaust(typesKey: string, atRefill: number): void {
    if (atRefill === this.#refills) {
      this.#exhausted.add(typesKey);
    }
  }
}
