import { eventually } from "../../../support/time/eventually.ts";
import type { Cluster } from "../cluster.ts";
import { hashOf, readHistories } from "../history/history.ts";
import { AutomationCalls, firingsSeen, payloadOf } from "./automation-calls.ts";
import { SCHEDULES, SUBSCRIPTIONS } from "./automation-plan.ts";
import { millisecondsOf } from "./task-calls.ts";

/** Puts the schedules and subscriptions of a chaos run, and writes down when each schedule begins. */
export async function startAutomation(cluster: Cluster): Promise<void> {
  const calls = new AutomationCalls(cluster.directAddresses[0] ?? "");
  for (const planned of SUBSCRIPTIONS) {
    const { outcome, reason } = await calls.putSubscription(planned);
    if (outcome !== "ok") {
      throw new Error(`the subscription ${planned.name} was not taken: ${reason}`);
    }
  }
  for (const planned of SCHEDULES) {
    const answer = await calls.putSchedule(planned);
    const next = answer.outcome === "ok" ? answer.response.schedule?.nextFireTime : null;
    if (next === null || next === undefined) {
      throw new Error(`the schedule ${planned.name} was not taken: ${answer.reason}`);
    }
    const { name, intervalMs, shards, misfirePolicy, misfireThresholdMs } = planned;
    cluster.history.add({
      kind: "schedule_put",
      schedule: name,
      payloadHash: hashOf(payloadOf(planned)),
      firstTickMs: millisecondsOf(next),
      ...{ intervalMs, shards, misfirePolicy, misfireThresholdMs },
    });
  }
  calls.close();
}

/**
 * Waits until each schedule, if there are any, has acted on a tick after the faults, writes down what it
 * remembers, and pauses it. Gives up after the deadline; the checker then says what stands still.
 *
 * @param quietAtMs when the faults were over, by the store's clock
 */
export async function endAutomation(
  cluster: Cluster,
  quietAtMs: number,
  withinMs: number,
): Promise<void> {
  const calls = new AutomationCalls(cluster.directAddresses[0] ?? "");
  const names = readHistories(cluster.folder).flatMap((event) =>
    event.kind === "schedule_put" ? [event.schedule] : [],
  );
  await Promise.all(
    names.map(async (schedule) => {
      const look = async () => {
        const answer = await calls.listFirings(schedule);
        return answer.outcome === "ok" ? firingsSeen(answer.response) : [];
      };
      const caughtUp = async () => {
        const firings = await look();
        if (!firings.some(({ tickMs }) => tickMs >= quietAtMs)) {
          throw new Error(`${schedule} has not fired so far`);
        }
        return firings;
      };
      const firings = await eventually(caughtUp, { withinMs }).catch(look);
      cluster.history.add({ kind: "firings", schedule, firings, isLast: true, quietAtMs });
      await eventually(
        async () => {
          const { outcome, reason } = await calls.pauseSchedule(schedule);
          if (outcome !== "ok") {
            throw new Error(`${schedule} was not paused: ${reason}`);
          }
        },
        { withinMs: 10_000 },
      );
    }),
  );
  calls.close();
}
