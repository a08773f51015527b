// Publishes events, repeats some, looks at what schedules did, and writes down what was answered.

import { SeededRandom } from "../../../support/seeded-random.ts";
import { pause } from "../../../support/time/pause.ts";
import { History, hashOf, monotonicMs } from "../history/history.ts";
import { AutomationCalls, firingsSeen } from "../load/automation-calls.ts";
import { type PlannedEvent, planEvent, SCHEDULES, subscribersOf } from "../load/automation-plan.ts";
import { readSettings, whenToldToStop } from "./settings.ts";

const settings = readSettings();
const random = new SeededRandom(settings.seed);
const history = new History(settings.folder, settings.name);
const dispatchers = settings.addresses.map((address) => new AutomationCalls(address));
/** The last hundred firings are remembered, and the fastest schedule fires every second. */
const LOOK_EVERY_MS = 10_000;
const ending = new AbortController();
let isStopping = false;

/** Publishes until it is answered; returns whether it was taken. */
async function publish(event: PlannedEvent, isConflict = false): Promise<boolean> {
  const data = Buffer.from(JSON.stringify(event.plan));
  const common = { event: event.id, isConflict } as const;
  for (let tries = 0; tries < 60 && !(isStopping && tries > 5); tries += 1) {
    const sinceMs = monotonicMs();
    history.add({
      kind: "publish",
      ...common,
      payloadHash: hashOf(data),
      subscriptions: subscribersOf(event.type),
    });
    const answer = await random.pick(dispatchers).publish(event, data);
    const receipt = answer.outcome === "ok" ? answer.response.receipt : null;
    history.add({
      kind: "published",
      ...common,
      sinceMs,
      wallMs: Date.now(),
      outcome: answer.outcome,
      taskIds: receipt?.taskIds ?? [],
      isDeduplicated: receipt?.deduplicated ?? false,
      reason: answer.reason,
    });
    if (answer.outcome === "ok" || answer.reason === "EVENT_ID_REUSED") {
      return answer.outcome === "ok";
    }
    await pause(random.between(30, 100) * Math.min(8, tries + 1));
  }
  return false;
}

async function follow(event: PlannedEvent): Promise<void> {
  const isTaken = await publish(event);
  if (isTaken && random.chance(0.2)) {
    await pause(random.between(0, 3_000));
    await publish(event);
  }
  if (isTaken && random.chance(0.05)) {
    await publish({ ...event, plan: { ...event.plan, padding: "another" } }, true);
  }
}

async function publishAtRate(): Promise<void> {
  const following = new Set<Promise<void>>();
  for (let n = 0; !isStopping; n += 1) {
    // Another process of this name may have published before.
    const followed = follow(planEvent(`${settings.name}.${process.pid}.${n}`, random));
    following.add(followed);
    void followed.finally(() => following.delete(followed));
    await pause((2 * random.next() * 1000) / settings.rate);
  }
  await Promise.all(following);
}

async function lookAtFirings(): Promise<void> {
  for (const { name: schedule } of SCHEDULES) {
    const answer = await random.pick(dispatchers).listFirings(schedule);
    if (answer.outcome === "ok") {
      const firings = firingsSeen(answer.response);
      history.add({ kind: "firings", schedule, firings, isLast: false, quietAtMs: 0 });
    }
  }
}

async function lookNowAndThen(): Promise<void> {
  for (; !ending.signal.aborted; await pause(LOOK_EVERY_MS, ending.signal)) {
    await lookAtFirings();
  }
}

const working = Promise.all([publishAtRate(), lookNowAndThen()]);
console.log("ready");
await whenToldToStop();
isStopping = true;
ending.abort();
await working;
for (const dispatcher of dispatchers) {
  dispatcher.close();
}
history.close();
process.disconnect?.();
