import type { QueueName } from "../../domain/ids.ts";
import { type FailureCount, type QueueStats, type Store, StoreError } from "../../store/store.ts";
import type { DeadGroup, DeadPage, DeadQuery } from "../queue-control.ts";
import { resultsOf } from "../store-calls/store-failure.ts";
import type { FiguresPage, QueueFigures } from "./queue-figures.ts";

/** Of each queue so many types of failures are named, the most frequent ones; the others are one group. */
const NAMED_TYPES = 100;
/** A page ends with the queue that fills it. */
const PAGE_GROUPS = 10_000;
const QUEUES_AT_ONCE = 20;

/** Counts dead tasks by failure type; of queues without any nothing is asked but their figures. */
export async function countDead(
  store: Pick<Store, "stats" | "countDeaths">,
  figures: QueueFigures,
  { queue, after, limit }: DeadQuery,
): Promise<DeadPage> {
  const page = queue === null ? await figures.page(after, limit) : await pageOf(store, queue);
  const dead = page.queues.filter(({ counts }) => counts.DEAD > 0);
  const groups: DeadGroup[] = [];
  const unanswered = [...page.unanswered];
  for (let at = 0; at < dead.length; at += QUEUES_AT_ONCE) {
    const some = dead.slice(at, at + QUEUES_AT_ONCE);
    const counts = await resultsOf(some.length, () =>
      store.countDeaths(some.map((stats) => stats.queue)),
    );
    for (const [index, stats] of some.entries()) {
      const counted = counts[index] ?? [];
      if (!(counted instanceof StoreError)) {
        groups.push(...groupsOf(stats, counted));
      } else if (queue !== null) {
        throw counted;
      } else {
        unanswered.push(stats.queue);
      }
    }
    const last = some.at(-1);
    if (last !== undefined && groups.length >= PAGE_GROUPS && at + QUEUES_AT_ONCE < dead.length) {
      return { groups, unanswered: unanswered.sort(), next: last.queue };
    }
  }
  return { groups, unanswered: unanswered.sort(), next: page.next };
}

async function pageOf(store: Pick<Store, "stats">, queue: QueueName): Promise<FiguresPage> {
  return { queues: await store.stats([queue]), unanswered: [], next: null };
}

function groupsOf({ queue, counts }: QueueStats, counted: readonly FailureCount[]): DeadGroup[] {
  const named = counted
    .filter(({ type }) => type !== "")
    .sort((a, b) => b.tasks - a.tasks || (a.type < b.type ? -1 : 1))
    .slice(0, NAMED_TYPES);
  const groups: DeadGroup[] = named.map(({ type, tasks }) => ({ queue, failureType: type, tasks }));
  // The two figures are not of one moment.
  const others = counts.DEAD - named.reduce((sum, { tasks }) => sum + tasks, 0);
  return others > 0 ? [...groups, { queue, failureType: null, tasks: others }] : groups;
}
