// Submits tasks, repeats submits, cancels and reads some, and writes down what was answered.

import { SeededRandom } from "../../../support/seeded-random.ts";
import { pause } from "../../../support/time/pause.ts";
import { History, hashOf, monotonicMs } from "../history/history.ts";
import { type PlannedTask, planTask } from "../load/plan.ts";
import { TaskCalls, taskSeen } from "../load/task-calls.ts";
import { readSettings, whenToldToStop } from "./settings.ts";

const settings = readSettings();
const random = new SeededRandom(settings.seed);
const history = new History(settings.folder, settings.name);
const dispatchers = settings.addresses.map((address) => new TaskCalls(address));
let isStopping = false;

/** Submits until it is answered where it may be repeated; returns the task's id, empty without one. */
async function submit(task: PlannedTask, isConflict = false): Promise<string> {
  const payload = Buffer.from(JSON.stringify(task.plan));
  for (let tries = 0; tries < 60 && !(isStopping && tries > 5); tries += 1) {
    const sinceMs = monotonicMs();
    history.add({
      kind: "submit",
      op: task.plan.op,
      queue: task.queue,
      requestId: task.requestId,
      payloadHash: hashOf(payload),
      delayMs: task.delayMs,
      concurrencyKey: task.concurrencyKey,
      orderingKey: task.orderingKey,
      wallMs: Date.now(),
      isConflict,
    });
    const answer = await random.pick(dispatchers).submit({
      queue: task.queue,
      type: "chaos",
      payload,
      contentType: "application/json",
      headers: { op: task.plan.op },
      requestId: task.requestId,
      concurrencyKey: task.concurrencyKey,
      orderingKey: task.orderingKey,
      delay: { nanos: (task.delayMs % 1000) * 1e6, seconds: Math.floor(task.delayMs / 1000) },
      retryPolicy: {
        maxAttempts: task.maxAttempts,
        maxCrashes: task.maxCrashes,
        initialBackoff: { nanos: 50e6 },
        maxBackoff: { nanos: 200e6 },
      },
    });
    const receipt = answer.outcome === "ok" ? answer.response.receipt : null;
    history.add({
      kind: "submitted",
      op: task.plan.op,
      sinceMs,
      outcome: answer.outcome,
      taskId: receipt?.taskId ?? "",
      isDeduplicated: receipt?.deduplicated ?? false,
      isConflict,
      reason: answer.reason,
    });
    const isDecided = answer.outcome === "ok" || answer.reason === "REQUEST_ID_REUSED";
    if (isDecided || (task.requestId === "" && answer.outcome === "info")) {
      return receipt?.taskId ?? "";
    }
    await pause(random.between(30, 100) * Math.min(8, tries + 1));
  }
  return "";
}

async function follow(task: PlannedTask): Promise<void> {
  const taskId = await submit(task);
  if (taskId === "") {
    return;
  }
  if (task.requestId !== "" && random.chance(0.15)) {
    await pause(random.between(0, 500));
    await submit(task);
  }
  if (task.requestId !== "" && random.chance(0.05)) {
    await submit({ ...task, plan: { ...task.plan, padding: "another" } }, true);
  }
  if (random.chance(0.06)) {
    await pause(random.between(0, 300));
    await cancel(taskId);
  }
  if (random.chance(0.2)) {
    await pause(random.between(100, 1_500));
    await read(taskId);
    await read(taskId);
  }
}

async function cancel(taskId: string): Promise<void> {
  const sinceMs = monotonicMs();
  const { outcome, reason } = await random.pick(dispatchers).cancel(taskId);
  history.add({ kind: "cancelled", taskId, sinceMs, outcome, reason });
}

async function read(taskId: string): Promise<void> {
  const sinceMs = monotonicMs();
  const answer = await random.pick(dispatchers).get(taskId);
  if (answer.outcome === "ok" && answer.response.task !== null) {
    const task = taskSeen(answer.response.task);
    history.add({ kind: "read", sinceMs, taskId, task, isLast: false });
  } else if (["TASK_NOT_FOUND", "TASK_PURGED"].includes(answer.reason)) {
    history.add({ kind: "read", sinceMs, taskId, task: null, isLast: false });
  }
}

async function submitAtRate(): Promise<void> {
  const following = new Set<Promise<void>>();
  for (let n = 0; !isStopping; n += 1) {
    // Another process of this name may have submitted before.
    const followed = follow(planTask(`${settings.name}.${process.pid}.${n}`, random));
    following.add(followed);
    void followed.finally(() => following.delete(followed));
    await pause((2 * random.next() * 1000) / settings.rate);
    while (following.size > 500) {
      await Promise.race(following);
    }
  }
  await Promise.all(following);
}

const submitting = submitAtRate();
console.log("ready");
await whenToldToStop();
isStopping = true;
await submitting;
for (const dispatcher of dispatchers) {
  dispatcher.close();
}
history.close();
process.disconnect?.();
