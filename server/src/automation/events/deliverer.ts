import { Turns } from "../../dispatch/store-calls/turns.ts";
import type { TaskError } from "../../domain/errors.ts";
import type { Delivery } from "../../domain/events/event.ts";
import { encodeDeliveredEvent } from "../../domain/events/event-codec.ts";
import type { TaskSpec } from "../../domain/task.ts";
import { COLLECTIONS, type Documents } from "../../store/documents.ts";
import { type SubmitParts, submitSpecs } from "../submit-specs.ts";
import { doAll } from "../whole-items.ts";

/** An event that is stored and whose tasks are to be submitted. */
export interface PendingEvent {
  readonly name: string;
  readonly version: number;
  readonly fingerprint: string;
  readonly deliveries: readonly Delivery[];
  readonly tasks: readonly TaskSpec[];
}

/** How long an event is remembered after it was delivered, in milliseconds. */
export const EVENT_WINDOW_MS = 86_400_000;

// Others' submits wait behind no more than this, however many tasks the events under way make.
const PIECES_AT_ONCE = 2;
const TASKS_A_PIECE = 250;
const BYTES_A_PIECE = 4 * 1024 * 1024;

/** Submits the tasks of events and marks them as delivered; repeating it changes nothing (G12). */
export class Deliverer {
  readonly #documents: Documents;
  readonly #parts: SubmitParts;
  readonly #turns = new Turns(PIECES_AT_ONCE);
  readonly #underWay = new Set<Promise<void>>();

  constructor(documents: Documents, parts: SubmitParts) {
    this.#documents = documents;
    this.#parts = parts;
  }

  /** How many batches are under way. */
  get batchesUnderWay(): number {
    return this.#underWay.size;
  }

  /** Delivers in the background; what fails is left to a sweep. */
  begin(batch: readonly PendingEvent[]): void {
    const run = this.deliver(batch)
      .catch((error: unknown) => {
        this.#parts.log.debug({ err: error, events: batch.length }, "events wait for a sweep");
      })
      .finally(() => this.#underWay.delete(run));
    this.#underWay.add(run);
  }

  /** Resolves once fewer batches are under way than now; at once where none is. */
  async oneLess(): Promise<void> {
    await Promise.race(this.#underWay);
  }

  /** Resolves once nothing is under way. */
  async idle(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** Delivers events; rejects where the store failed for some, once the others are delivered. */
  async deliver(batch: readonly PendingEvent[]): Promise<void> {
    const submitted = await doAll(
      batch,
      ({ tasks }) => tasks,
      (specs) => this.#submit(specs),
    );
    // A conflict means that a sweep was quicker.
    const marked = await doAll(
      submitted.done,
      (event) => [event],
      (events) => this.#mark(events),
    );
    const failure = submitted.error ?? marked.error;
    if (failure !== null) {
      throw failure;
    }
  }

  async #submit(specs: readonly TaskSpec[]): Promise<(TaskError | null)[]> {
    const results: (TaskError | null)[] = [];
    while (results.length < specs.length) {
      const piece = pieceOf(specs, results.length);
      const submitted = await this.#turns.run(() => submitSpecs(this.#parts, piece));
      results.push(...submitted);
    }
    return results;
  }

  #mark(batch: readonly PendingEvent[]): Promise<readonly unknown[]> {
    return this.#documents.put(
      COLLECTIONS.events,
      batch.map(({ name, version, fingerprint, deliveries }) => ({
        name,
        body: encodeDeliveredEvent(fingerprint, deliveries),
        due: { kind: "after", delayMs: EVENT_WINDOW_MS },
        expectedVersion: version,
        // Without the templates it is smaller than before.
        isSmall: true,
      })),
    );
  }
}

function pieceOf(specs: readonly TaskSpec[], from: number): readonly TaskSpec[] {
  let bytes = 0;
  let to = from;
  while (to < specs.length && to - from < TASKS_A_PIECE) {
    bytes += specs[to]?.payload.length ?? 0;
    if (to > from && bytes > BYTES_A_PIECE) {
      break;
    }
    to += 1;
  }
  return specs.slice(from, to);
}
