import { resultsOf } from "../../dispatch/store-calls/store-failure.ts";
import { FIRING_HISTORY, type Firing, type Schedule } from "../../domain/schedules/schedule.ts";
import {
  decodeFiring,
  decodeSchedule,
  encodeFiring,
  encodeSchedule,
} from "../../domain/schedules/schedule-codec.ts";
import { wakeAtMs } from "../../domain/schedules/schedule-step.ts";
import { isReadable, Undecodable } from "../../domain/undecodable.ts";
import {
  COLLECTIONS,
  type Document,
  type DocumentPut,
  type Documents,
  type PutOutcome,
} from "../../store/documents.ts";
import { type ItemResult, StoreError } from "../../store/store.ts";

/** A schedule with the version of its document. */
export interface VersionedSchedule {
  readonly version: number;
  readonly schedule: Schedule;
}

const { schedules, firings } = COLLECTIONS;

/** Reads and writes schedules and their firings as documents. */
export class ScheduleRecords {
  readonly #documents: Documents;

  constructor(documents: Documents) {
    this.#documents = documents;
  }

  /** The store's time. */
  nowMs(): Promise<number> {
    return this.#documents.nowMs();
  }

  /** Finds a schedule; rejects with {@link Undecodable} where it cannot be read. */
  async find(name: string): Promise<VersionedSchedule | null> {
    const [document] = await this.#documents.get(schedules, [name]);
    const found = document ? versionedOf(document) : null;
    if (found instanceof Undecodable) {
      throw found;
    }
    return found;
  }

  async list(after: string | null, limit: number): Promise<(Schedule | Undecodable)[]> {
    const documents = await this.#documents.list(schedules, after, limit);
    return documents.map((document) => {
      const found = versionedOf(document);
      return found instanceof Undecodable ? found : found.schedule;
    });
  }

  /** Takes schedules that are due, and hides them from other dispatchers for a while. */
  async takeDue(
    limit: number,
    hideMs: number,
  ): Promise<{ due: (VersionedSchedule | Undecodable)[]; nowMs: number; nextInMs: number | null }> {
    const { documents, nowMs, nextInMs } = await this.#documents.due(schedules, limit, hideMs);
    return { due: documents.map(versionedOf), nowMs, nextInMs };
  }

  /**
   * Writes schedules whose documents have the versions given, 0 for none, to be looked at when they want
   * to be.
   *
   * @param needsRoom which of them a full store is to refuse; by default those that are about to submit
   *   tasks, which it would refuse
   * @returns each as it is stored now; null where another had changed it, an error where the store failed
   * @throws StoreError where it failed for all
   */
  async write(
    batch: readonly VersionedSchedule[],
    nowMs: number,
    needsRoom: (schedule: Schedule) => boolean = submits,
  ): Promise<(ItemResult<VersionedSchedule> | null)[]> {
    const puts = batch.map(({ version, schedule }): DocumentPut => {
      const atMs = wakeAtMs(schedule, nowMs);
      return {
        name: schedule.definition.name,
        body: encodeSchedule(schedule),
        due: atMs === null ? null : { kind: "at", atMs },
        expectedVersion: version,
        isSmall: !needsRoom(schedule),
      };
    });
    const results = await resultsOf(puts.length, () => this.#documents.put(schedules, puts));
    const failures = results.filter((result) => result instanceof StoreError);
    if (failures.length > 0 && failures.length === results.length) {
      throw failures[0];
    }
    return batch.map(({ schedule }, index) => {
      const result = results[index];
      if (result instanceof StoreError) {
        return result;
      }
      return result?.kind === "ok" ? { version: result.version, schedule } : null;
    });
  }

  /** Removes a schedule at a version, then what is remembered of its firings. */
  async remove(name: string, version: number): Promise<boolean> {
    const [removed] = await this.#documents.remove(schedules, [{ name, expectedVersion: version }]);
    if (removed === true) {
      const ring = ringOf(name).map((each) => ({ name: each, expectedVersion: null }));
      await this.#documents.remove(firings, ring);
    }
    return removed === true;
  }

  /** Remembers firings, each in the place of the one a whole history earlier. */
  remember(batch: readonly { name: string; firing: Firing }[]): Promise<readonly PutOutcome[]> {
    return this.#documents.put(
      firings,
      batch.map(({ name, firing }) => ({
        name: placeOf(name, firing.sequence),
        body: encodeFiring(firing),
        due: null,
        expectedVersion: null,
        isSmall: true,
      })),
    );
  }

  /**
   * Returns the firings that are remembered and can be read, newest first; without a generation also what a
   * removal left of earlier schedules of the name.
   */
  async firings(name: string, generation: string): Promise<Firing[]> {
    const found = await this.#documents.get(firings, ringOf(name));
    return found
      .flatMap((document) => (document === null ? [] : [firingOf(document)]))
      .filter(isReadable)
      .filter(({ key }) => key.startsWith(generation))
      .sort((a, b) => b.sequence - a.sequence);
  }
}

function submits({ state: { plan } }: Schedule): boolean {
  return plan !== null && plan.firing.tasks > 0;
}

function versionedOf({ name, version, body }: Document): VersionedSchedule | Undecodable {
  try {
    const schedule = decodeSchedule(body);
    return schedule.definition.name === name
      ? { version, schedule }
      : new Undecodable("schedule", name, version, new Error("it has another name"));
  } catch (error) {
    return new Undecodable("schedule", name, version, error);
  }
}

function firingOf({ name, version, body }: Document): Firing | Undecodable {
  try {
    return decodeFiring(body);
  } catch (error) {
    return new Undecodable("firing", name, version, error);
  }
}

function placeOf(name: string, sequence: number): string {
  return `${name}/${sequence % FIRING_HISTORY}`;
}

function ringOf(name: string): string[] {
  return Array.from({ length: FIRING_HISTORY }, (_, place) => placeOf(name, place));
}
