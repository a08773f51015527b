import type { Received } from "../../values/wire.ts";

/** Dead tasks, counted by what they died of; see `QueueClient.deadByFailure`. */
export interface DeadByFailure {
  /** The most first. */
  readonly groups: readonly DeadGroup[];
  /** Queues that are not counted, because the store's server that has them does not answer. */
  readonly unanswered: readonly string[];
}

/** Dead tasks that died of one type of failure. */
export interface DeadGroup {
  /** Undefined: every type that is not told apart. */
  readonly failureType: string | undefined;
  readonly tasks: number;
  /** Where they are, the most first. */
  readonly queues: readonly { readonly queue: string; readonly tasks: number }[];
}

/** Puts the groups of queues together. */
export function toDeadByFailure(pages: readonly Received<"CountDeadResponse">[]): DeadByFailure {
  const byType = new Map<string, { queue: string; tasks: number }[]>();
  for (const { failureType, queue, tasks } of pages.flatMap(({ groups }) => groups)) {
    const queues = byType.get(failureType) ?? [];
    byType.set(failureType, queues);
    queues.push({ queue, tasks: Number(tasks) });
  }
  const groups = [...byType].map(([type, queues]) => ({
    failureType: type === "" ? undefined : type,
    tasks: queues.reduce((sum, { tasks }) => sum + tasks, 0),
    queues: queues.sort((a, b) => b.tasks - a.tasks),
  }));
  return {
    groups: groups.sort((a, b) => b.tasks - a.tasks),
    unanswered: pages.flatMap(({ unanswered }) => unanswered),
  };
}
