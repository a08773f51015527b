import { ATTRIBUTES } from "@baton/proto/shared";
import type { Attributes, Meter } from "@opentelemetry/api";
import { TASK_STATES, type TaskState } from "../../domain/task-state.ts";
import type { BlockedTasks, QueueStats } from "../../store/store.ts";
import type { QueueLabel } from "./queue-label.ts";

const CAUSES: readonly (keyof BlockedTasks)[] = [
  "paused",
  "held",
  "concurrency",
  "rate",
  "key",
  "ordering",
];

/** The figures of all queues that have a label together. */
interface LabelStats {
  readonly label: string;
  readonly counts: Record<TaskState, number>;
  readonly blocked: Record<keyof BlockedTasks, number>;
  blockedKeys: number;
  oldestMs: number;
}

/**
 * Adds the gauges of what the store has, which look when they are asked.
 *
 * @param read rejects while the store is out of reach
 * @param labelled makes a label set of a queue's label, and one label more where its key is not empty
 */
export function observeQueues(
  meter: Meter,
  read: () => Promise<readonly QueueStats[]>,
  labels: QueueLabel,
  labelled: (label: string, key?: string, value?: string) => Attributes,
): void {
  const tasks = meter.createObservableGauge("baton.queue.tasks", {
    description: "tasks kept, by queue and state",
    unit: "{task}",
  });
  const blocked = meter.createObservableGauge("baton.queue.blocked_tasks", {
    description: "READY tasks that are held back, by queue and cause",
    unit: "{task}",
  });
  const keys = meter.createObservableGauge("baton.queue.blocked_keys", {
    description: "concurrency keys that hold back all their READY tasks",
    unit: "{key}",
  });
  const age = meter.createObservableGauge("baton.queue.oldest_ready_age_seconds", {
    description: "how long the READY task that is due longest is due",
    unit: "s",
  });
  meter.addBatchObservableCallback(
    async (result) => {
      for (const each of byLabel(await read().catch(() => []), labels)) {
        for (const state of TASK_STATES) {
          const labelSet = labelled(each.label, ATTRIBUTES.taskState, state);
          result.observe(tasks, each.counts[state], labelSet);
        }
        for (const cause of CAUSES) {
          const labelSet = labelled(each.label, ATTRIBUTES.blockCause, cause);
          result.observe(blocked, each.blocked[cause], labelSet);
        }
        result.observe(keys, each.blockedKeys, labelled(each.label));
        result.observe(age, each.oldestMs / 1_000, labelled(each.label));
      }
    },
    [tasks, blocked, keys, age],
  );
}

// Queues that share a label are shown as one: the last one seen must not stand for all.
function byLabel(stats: readonly QueueStats[], labels: QueueLabel): Iterable<LabelStats> {
  const found = new Map<string, LabelStats>();
  for (const { queue, counts, oldestReadyAgeMs, blockedBy, blockedKeys = 0 } of stats) {
    const label = labels.of(queue);
    const sum = found.get(label) ?? noFigures(label);
    found.set(label, sum);
    for (const state of TASK_STATES) {
      sum.counts[state] += counts[state];
    }
    for (const cause of CAUSES) {
      sum.blocked[cause] += blockedBy?.[cause] ?? 0;
    }
    sum.blockedKeys += blockedKeys;
    sum.oldestMs = Math.max(sum.oldestMs, oldestReadyAgeMs ?? 0);
  }
  return found.values();
}

function noFigures(label: string): LabelStats {
  const counts = Object.fromEntries(TASK_STATES.map((state) => [state, 0]));
  const blocked = Object.fromEntries(CAUSES.map((cause) => [cause, 0]));
  return {
    label,
    counts: counts as LabelStats["counts"],
    blocked: blocked as LabelStats["blocked"],
    blockedKeys: 0,
    oldestMs: 0,
  };
}
