import type { QueueName, TaskId } from "../../../domain/ids.ts";
import { storeErrorOf } from "../client/errors.ts";
import { arrayOf, bufferOf, defineScript, type RedisClient } from "../client/script.ts";
import type { ScriptRunner } from "../client/script-runner.ts";
import { idBytes, type QueueKeyRole, queueKey } from "../keys.ts";
import type { SliceReader } from "../listing.ts";
import { placeOfRecord } from "../scripts/packing/record.ts";
import { type ListedTask, type ListSlice, MAX_PAGE_BYTES } from "../scripts/task-scripts.ts";
import { type Layout, outerTask } from "./partition-ids.ts";

const RECORD_AT = 1;
const NOTHING = Buffer.alloc(0);

/** What a partition has of a slice, and whether more follows in it. */
interface Run {
  readonly entries: readonly ListedTask[];
  readonly hasMore: boolean;
}

/**
 * Reads slices of a partitioned queue as if it were one: by the order, then by the id, or the other way round. A cursor
 * means the same in every partition, whichever its task lies in.
 */
export function mergedSlices(read: SliceReader, { names }: Layout): SliceReader {
  const maxBytes = Math.ceil(MAX_PAGE_BYTES / names.length);
  return async (_, slice) => {
    const runs = await Promise.all(
      names.map((name) => readRun(read, name, { ...slice, maxBytes })),
    );
    return mergeRuns(runs, slice.newestFirst ? (a, b) => byOrder(b, a) : byOrder)
      .slice(0, slice.limit)
      .map(({ order, task }) => ({ order, task: outerTask(task) }));
  };
}

async function readRun(read: SliceReader, name: QueueName, slice: ListSlice): Promise<Run> {
  const entries = await read(name, slice);
  const last = entries.at(-1);
  if (last === undefined || entries.length >= slice.limit) {
    return { entries, hasMore: last !== undefined };
  }
  // It ended there, or was cut for its bytes.
  const after = { state: slice.state, order: last.order, seq: 0, taskId: last.task.id };
  return { entries, hasMore: (await read(name, { ...slice, after, limit: 1 })).length > 0 };
}

/** Nothing of a run is passed over: what comes after the end of one that goes on has to wait. */
function mergeRuns(
  runs: readonly Run[],
  compare: (a: ListedTask, b: ListedTask) => number,
): ListedTask[] {
  const ends = runs.filter(({ hasMore }) => hasMore).flatMap(({ entries }) => entries.slice(-1));
  const [end] = ends.sort(compare);
  const entries = runs.flatMap((run) => run.entries).sort(compare);
  return end === undefined ? entries : entries.filter((entry) => compare(entry, end) <= 0);
}

// As Redis sorts members of one score.
function byOrder(a: ListedTask, b: ListedTask): number {
  return a.order - b.order || Buffer.compare(idBytes(a.task.id), idBytes(b.task.id));
}

/** Reads the places of tasks, null where there is no task or it cannot be read; see `placeOfRecord`. */
const readPlaces = defineScript<readonly TaskId[], (number | null)[]>({
  name: "get_tasks",
  encode: (ids) => [0, ...ids.map(idBytes)],
  decode: (reply) =>
    reply.rest.map((item) => {
      const record = arrayOf(item)[RECORD_AT] ?? NOTHING;
      return bufferOf(record).length === 0 ? null : placeOfRecord(bufferOf(record));
    }),
});

/** Counts who is before whom in several partitions. */
export class PlaceCounter {
  readonly #client: RedisClient;
  readonly #runner: ScriptRunner;
  readonly #prefix: string;

  constructor(client: RedisClient, runner: ScriptRunner, prefix: string) {
    this.#client = client;
    this.#runner = runner;
    this.#prefix = prefix;
  }

  /**
   * Counts the READY tasks of the other partitions that have a place before a task's.
   *
   * @param name the partition of the task
   */
  async aheadElsewhere({ names }: Layout, name: QueueName, id: TaskId): Promise<number> {
    const [place] = await this.#runner.run(readPlaces, name, [id]);
    if (place === undefined || place === null) {
      return 0;
    }
    const others = names.filter((other) => other !== name);
    const counts = await Promise.all(others.map((other) => this.#countBefore(other, place)));
    return counts.reduce((total, count) => total + count, 0);
  }

  async #countBefore(name: QueueName, place: number): Promise<number> {
    const keyOf = (role: QueueKeyRole) => queueKey(this.#prefix, name, role);
    try {
      const kinds = await this.#client.smembers(keyOf("types"));
      const lines = kinds.map((kind) => `${keyOf("stem")}r:${kind}`);
      const counts = await Promise.all(
        [...lines, keyOf("keyed"), keyOf("behind")].map((key) =>
          this.#client.zcount(key, "-inf", `(${place}`),
        ),
      );
      return counts.reduce((total, count) => total + count, 0);
    } catch (error) {
      throw storeErrorOf(error);
    }
  }
}
