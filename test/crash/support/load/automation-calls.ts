import { loadBaton } from "@baton/proto";
import { credentials } from "@grpc/grpc-js";
import type { Received, Sent } from "../../../../worker-sdk/src/values/wire.ts";
import type { FiringSeen } from "../history/events.ts";
import {
  EVENT_SOURCE,
  type PlannedEvent,
  type PlannedSchedule,
  type PlannedSubscription,
  planOfSchedule,
} from "./automation-plan.ts";
import { type Answer, answerOf, CHANNEL_OPTIONS, deadline, millisecondsOf } from "./task-calls.ts";

/** Calls to one dispatcher's schedule and event services, none of which throws. */
export class AutomationCalls {
  readonly #schedules;
  readonly #events;

  constructor(address: string) {
    const { EventService, ScheduleService } = loadBaton().baton.v1;
    const insecure = credentials.createInsecure();
    this.#schedules = new ScheduleService(address, insecure, CHANNEL_OPTIONS);
    this.#events = new EventService(address, insecure, CHANNEL_OPTIONS);
  }

  putSchedule(planned: PlannedSchedule): Promise<Answer<Received<"PutScheduleResponse">>> {
    const schedule: Sent<"Schedule"> = {
      ...planned.cadence,
      name: planned.name,
      task: {
        ...templateOf(planned),
        payload: payloadOf(planned),
        contentType: "application/json",
      },
      misfirePolicy: `MISFIRE_POLICY_${planned.misfirePolicy}`,
      misfireThreshold: { seconds: planned.misfireThresholdMs / 1000 },
      overlapPolicy: "OVERLAP_POLICY_ALLOW",
      ...(planned.shards > 1 ? { staticShards: planned.shards } : {}),
    };
    return answerOf((done) => this.#schedules.putSchedule({ schedule }, deadline(5_000), done));
  }

  pauseSchedule(name: string): Promise<Answer<Received<"PauseScheduleResponse">>> {
    return answerOf((done) => this.#schedules.pauseSchedule({ name }, deadline(5_000), done));
  }

  listFirings(name: string): Promise<Answer<Received<"ListFiringsResponse">>> {
    const request = { name, pageSize: 100 };
    return answerOf((done) => this.#schedules.listFirings(request, deadline(2_000), done));
  }

  putSubscription(
    planned: PlannedSubscription,
  ): Promise<Answer<Received<"PutSubscriptionResponse">>> {
    const { name, eventType } = planned;
    const subscription = { name, eventType, task: templateOf(planned) };
    return answerOf((done) =>
      this.#events.putSubscription({ subscription }, deadline(5_000), done),
    );
  }

  publish(
    { id, type }: PlannedEvent,
    data: Uint8Array,
  ): Promise<Answer<Received<"PublishResponse">>> {
    const event = { id, type, source: EVENT_SOURCE, data, dataContentType: "application/json" };
    return answerOf((done) => this.#events.publish({ event }, deadline(2_000), done));
  }

  close(): void {
    this.#schedules.close();
    this.#events.close();
  }
}

/** The input of a schedule's tasks. */
export function payloadOf(planned: PlannedSchedule): Buffer {
  return Buffer.from(JSON.stringify(planOfSchedule(planned)));
}

/** Firings as histories know them. */
export function firingsSeen({ firings }: Received<"ListFiringsResponse">): FiringSeen[] {
  return firings.map(({ fireTime, decideTime, outcome, taskIds }) => ({
    tickMs: fireTime === null ? 0 : millisecondsOf(fireTime),
    decidedAtMs: decideTime === null ? 0 : millisecondsOf(decideTime),
    outcome: String(outcome).replace("FIRING_OUTCOME_", ""),
    taskIds,
  }));
}

function templateOf({ name, queue }: { readonly name: string; readonly queue: string }) {
  return {
    queue,
    type: "chaos",
    headers: { op: name },
    retryPolicy: {
      maxAttempts: 4,
      // Chaos must not bury tasks that nothing is wrong with.
      maxCrashes: 100,
      initialBackoff: { nanos: 50e6 },
      maxBackoff: { nanos: 200e6 },
    },
  } satisfies Sent<"TaskSpec">;
}
