import assert from "node:assert/strict";
import type { Events, PublishReceipt } from "../../../server/src/automation/events/contract.ts";
import { createEvents } from "../../../server/src/automation/events/events.ts";
import { TaskError } from "../../../server/src/domain/errors.ts";
import {
  type BatonEvent,
  fingerprintOfEvent,
  nameOfEvent,
  type Subscription,
} from "../../../server/src/domain/events/event.ts";
import {
  encodeDeliveredEvent,
  encodePendingEvent,
  routeOf,
} from "../../../server/src/domain/events/event-codec.ts";
import { type QueueName, type TaskId, taskIdOfRequest } from "../../../server/src/domain/ids.ts";
import { isReadable } from "../../../server/src/domain/undecodable.ts";
import { COLLECTIONS } from "../../../server/src/store/documents.ts";
import { openWorld, processOf, silent, tasksOf, type World } from "../../support/automation.ts";
import { Life } from "../../support/processes/mortal.ts";
import { newSpec } from "../../support/task-factory.ts";
import { settled } from "../../support/time/settled.ts";

const POINTS = "points" as QueueName;
const STOCK = "stock" as QueueName;
const DAY = 86_400_000;

function event(overrides: Partial<BatonEvent> = {}): BatonEvent {
  return {
    id: "1",
    source: "/orders",
    type: "com.example.payment.completed",
    subject: "",
    dataContentType: "application/json",
    dataSchema: "",
    timeMs: Date.UTC(2026, 0, 1),
    extensions: {},
    data: Buffer.from("{}"),
    ...overrides,
  };
}

function subscription(queue: QueueName, overrides: Partial<Subscription> = {}): Subscription {
  return {
    name: queue,
    eventType: "com.example.payment.*",
    source: "",
    attributes: {},
    task: newSpec({ queue, payload: Buffer.alloc(0) }),
    paused: false,
    ...overrides,
  };
}

describe("Events", () => {
  let world: World;
  let running: Events[] = [];

  beforeEach(() => {
    world = openWorld();
    running = [];
  });
  afterEach(async () => {
    await Promise.all(running.map((events) => events.stop()));
    assert.equal(world?.clock.pendingTimers ?? 0, 0);
    await world?.store.close();
  });

  const start = (life = new Life()): Events => {
    const events = createEvents(processOf(world, life));
    events.start();
    running.push(events);
    return events;
  };
  const publish = async (events: Events, one: BatonEvent): Promise<PublishReceipt | TaskError> => {
    const [answer] = await events.publish([one]);
    assert.ok(answer !== undefined);
    return answer;
  };
  const receipt = async (events: Events, one: BatonEvent): Promise<PublishReceipt> => {
    const answer = await publish(events, one);
    if (answer instanceof TaskError) {
      throw answer;
    }
    return answer;
  };
  /** Lets time pass, and the sweeps that it brings end. */
  const pass = async (ms: number): Promise<void> => {
    for (const stepMs of [ms, 500, 500]) {
      world.clock.advance(stepMs);
      await settled();
    }
  };
  const counts = async (): Promise<number[]> => {
    const queues = await Promise.all([POINTS, STOCK].map((queue) => tasksOf(world.store, queue)));
    return queues.map((tasks) => tasks.length);
  };

  it("makes one task for each subscription that matches", async () => {
    const events = start();
    await events.putSubscription(subscription(POINTS));
    await events.putSubscription(subscription(STOCK, { eventType: event().type }));
    const extensions = {
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      tenant: "blue",
    };
    const { taskIds, deduplicated } = await receipt(events, event({ subject: "o-7", extensions }));
    await settled();
    const [task] = await tasksOf(world.store, POINTS);
    const [other] = await tasksOf(world.store, STOCK);
    assert.deepEqual([...taskIds].sort(), [task?.id, other?.id].sort());
    assert.equal(deduplicated, false);
    assert.deepEqual(task?.spec.headers, {
      "ce-specversion": "1.0",
      "ce-id": "1",
      "ce-source": "/orders",
      "ce-type": "com.example.payment.completed",
      "ce-time": "2026-01-01T00:00:00.000Z",
      "ce-subject": "o-7",
      "ce-tenant": "blue",
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    });
    assert.equal(task?.spec.contentType, "application/json");
    assert.equal(Buffer.from(task?.spec.payload ?? []).toString(), "{}");
  });

  it("makes tasks in the event's trace alone, whatever the subscription's headers name", async () => {
    const events = start();
    const headers = { b3: "0", "uber-trace-id": "1:2:0:1", traceparent: "x", tenant: "ada" };
    const task = newSpec({ queue: POINTS, payload: Buffer.alloc(0), headers });
    await events.putSubscription(subscription(POINTS, { task }));
    await receipt(events, event());
    await settled();
    const [made] = await tasksOf(world.store, POINTS);
    const names = Object.keys(made?.spec.headers ?? {});
    assert.deepEqual(
      names.filter((name) => !name.startsWith("ce-")),
      ["tenant"],
    );
  });

  it("matches by type, source and attributes, and leaves paused ones out", async () => {
    const events = start();
    for (const [name, overrides] of Object.entries({
      all: { eventType: "*" },
      exact: { eventType: "com.example.payment.completed" },
      other: { eventType: "com.example.payment" },
      source: { source: "/orders" },
      elsewhere: { source: "/returns" },
      subject: { attributes: { subject: "a" } },
      tenant: { attributes: { subject: "a", tenant: "blue" } },
      nobody: { attributes: { tenant: "red" } },
      stopped: {},
    } satisfies Record<string, Partial<Subscription>>)) {
      await events.putSubscription(subscription(name as QueueName, overrides));
    }
    await events.setPaused("stopped", true);
    const { taskIds } = await receipt(
      events,
      event({ subject: "a", extensions: { tenant: "blue" } }),
    );
    assert.deepEqual(taskIds.map((id) => id.slice(0, id.indexOf("~"))).sort(), [
      "all",
      "exact",
      "source",
      "subject",
      "tenant",
    ]);
  });

  it("knows an event again, and refuses another with the same source and id", async () => {
    const [events, others] = [start(), start()];
    await events.putSubscription(subscription(POINTS));
    const first = await receipt(events, event());
    const again = await receipt(others, event());
    assert.deepEqual(again, { taskIds: first.taskIds, deduplicated: true });
    const other = await publish(others, event({ data: Buffer.from("other") }));
    assert.ok(other instanceof TaskError && other.reason === "EVENT_ID_REUSED");
    await receipt(events, event({ source: "/elsewhere", data: Buffer.from("other") }));
    await settled();
    assert.deepEqual(await counts(), [2, 0]);
  });

  it("knows an event again that others stamped on its way, and keeps the first", async () => {
    const events = start();
    await events.putSubscription(subscription(POINTS));
    await receipt(events, event());
    for (const stamped of [
      { extensions: { knativearrivaltime: "2026-01-01T00:00:01Z" } },
      { dataContentType: "application/json; charset=utf-8" },
      { subject: "added", dataSchema: "https://example.com/schema" },
      { timeMs: null },
    ]) {
      assert.equal((await receipt(events, event(stamped))).deduplicated, true);
    }
    const other = await publish(events, event({ type: "com.example.payment.failed" }));
    assert.ok(other instanceof TaskError && other.reason === "EVENT_ID_REUSED");
    await settled();
    const [task, ...others] = await tasksOf(world.store, POINTS);
    assert.deepEqual([task?.spec.contentType, others], ["application/json", []]);
    assert.ok(!("ce-knativearrivaltime" in (task?.spec.headers ?? {})));
  });

  it("knows JSON again by what it says, whatever blanks are in it", async () => {
    const events = start();
    const data = (text: string): BatonEvent => event({ data: Buffer.from(text) });
    const answerTo = async (text: string): Promise<string> => {
      const answer = await publish(events, data(text));
      return answer instanceof TaskError ? answer.reason : "known";
    };
    await events.putSubscription(subscription(POINTS));
    await receipt(events, data('{"a": [1, "x y"]}\n'));
    await settled();
    const [task] = await tasksOf(world.store, POINTS);
    assert.equal(String(task?.spec.payload), '{"a": [1, "x y"]}\n');
    for (const same of ['{"a":[1,"x y"]}', ' {\t"a" :\r\n[1 , "x y"] }']) {
      assert.equal(await answerTo(same), "known", same);
    }
    for (const other of ['{"a":[1,"xy"]}', '{"a":[1,"x y "]}', '{"a":[1,"x y"],"b":2}']) {
      assert.equal(await answerTo(other), "EVENT_ID_REUSED", other);
    }
  });

  it("takes an event that an earlier version stored for the same by its source and id", async () => {
    const events = start();
    const { source, id } = event();
    const body = encodeDeliveredEvent("AAAAAAAAAAAAAAAAAAAAAAAA", []);
    const due = { kind: "after", delayMs: DAY } as const;
    await world.documents.put(COLLECTIONS.events, [
      { name: nameOfEvent(source, id), body, due, expectedVersion: 0 },
    ]);
    assert.equal((await receipt(events, event())).deduplicated, true);
  });

  it("makes tasks of its own for an event whose source and id a forgotten one had", async () => {
    const events = start();
    await events.putSubscription(subscription(POINTS));
    const first = await receipt(events, event({ data: Buffer.from("1") }));
    await settled();
    await pass(DAY + 1_000);
    const later = await receipt(events, event({ data: Buffer.from("2") }));
    await settled();
    const again = await receipt(events, event({ data: Buffer.from("2") }));
    assert.deepEqual([later.deduplicated, again.deduplicated], [false, true]);
    assert.deepEqual(again.taskIds, later.taskIds);
    const made = new Map(
      (await tasksOf(world.store, POINTS)).map(({ id, spec }) => [id, String(spec.payload)]),
    );
    assert.equal(made.get(first.taskIds[0] as TaskId), "1");
    assert.equal(made.get(later.taskIds[0] as TaskId), "2");
  });

  it("delivers an event that an earlier version stored under the request ids of then", async () => {
    const events = start();
    const name = nameOfEvent("/orders", "1");
    const route = routeOf(subscription(POINTS));
    const earlier = { key: POINTS, queue: POINTS };
    const body = encodePendingEvent(fingerprintOfEvent(event()), event(), [route], [earlier]);
    const due = { kind: "after", delayMs: 100 } as const;
    await world.documents.put(COLLECTIONS.events, [{ name, body, due, expectedVersion: 0 }]);
    await pass(1_000);
    const [task] = await tasksOf(world.store, POINTS);
    assert.equal(task?.spec.requestId, `event/${name}/${POINTS}`);
    const again = await receipt(events, event());
    assert.deepEqual(again, { taskIds: [task?.id], deduplicated: true });
  });

  it("says in the log where another task has the request id of one of its own", async () => {
    const complaints: object[] = [];
    const log = { ...silent, error: (fields: object) => complaints.push(fields) };
    let taken = 0;
    const onRequestIdTaken = () => {
      taken += 1;
    };
    const events = createEvents({ ...processOf(world, new Life()), log, onRequestIdTaken });
    events.start();
    running.push(events);
    const name = nameOfEvent("/orders", "1");
    const requestId = `event/${name}/${POINTS}`;
    const spec = newSpec({ queue: POINTS, requestId });
    const id = taskIdOfRequest(POINTS, requestId);
    await world.store.submit([{ id, spec, fingerprint: "another" }]);
    const earlier = { key: POINTS, queue: POINTS };
    const route = routeOf(subscription(POINTS));
    const body = encodePendingEvent(fingerprintOfEvent(event()), event(), [route], [earlier]);
    const due = { kind: "after", delayMs: 100 } as const;
    await world.documents.put(COLLECTIONS.events, [{ name, body, due, expectedVersion: 0 }]);
    await pass(20_000);
    assert.deepEqual(complaints, [
      { queue: POINTS, task_id: id, request_id: requestId, fields: [] },
    ]);
    assert.equal(taken, 1);
  });

  it("stores the same event once although it comes many times at once", async () => {
    const events = start();
    await events.putSubscription(subscription(POINTS));
    const answers = await events.publish(Array.from({ length: 500 }, () => event()));
    const fresh = answers.filter(
      (answer) => !(answer instanceof TaskError) && !answer.deduplicated,
    );
    assert.equal(fresh.length, 1);
    await settled();
    assert.deepEqual(await counts(), [1, 0]);
  });

  it("delivers to a subscription that another dispatcher was told of", async () => {
    const [events, others] = [start(), start()];
    await receipt(events, event({ id: "before" }));
    await others.putSubscription(subscription(POINTS));
    assert.equal((await receipt(events, event({ id: "after" }))).taskIds.length, 1);
    await others.removeSubscription(POINTS);
    assert.equal((await receipt(events, event({ id: "later" }))).taskIds.length, 0);
  });

  it("keeps a pause when a subscription is put again", async () => {
    const events = start();
    assert.equal((await events.putSubscription(subscription(POINTS))).created, true);
    await events.setPaused(POINTS, true);
    const again = await events.putSubscription(subscription(POINTS));
    assert.deepEqual([again.created, again.subscription.paused], [false, true]);
    assert.deepEqual(
      (await events.listSubscriptions(null, 10))
        .filter(isReadable)
        .map(({ name, paused }) => [name, paused]),
      [[POINTS, true]],
    );
  });

  it("forgets an event after its window", async () => {
    const events = start();
    await events.putSubscription(subscription(POINTS));
    await receipt(events, event());
    await receipt(events, event({ id: "unwanted", type: "other" }));
    await settled();
    await pass(DAY + 1_000);
    const due = await world.documents.due(COLLECTIONS.events, 10, 1);
    assert.deepEqual([due.documents.length, due.nextInMs], [0, null]);
    assert.equal((await receipt(events, event())).deduplicated, false);
  });

  it("delivers what the subscriptions were when it was published, whatever became of them", async () => {
    const life = new Life(6);
    const events = createEvents(processOf(world, life));
    const other = start();
    await other.putSubscription(subscription(POINTS));
    await receipt(events, event());
    await other.removeSubscription(POINTS);
    await settled();
    assert.deepEqual(await counts(), [0, 0]);
    await pass(6_000);
    assert.deepEqual(await counts(), [1, 0]);
  });

  it("delivers an answered event exactly once whichever call its dispatcher dies in", async () => {
    for (const isLastDone of [false, true]) {
      for (let lastCall = 1; ; lastCall++) {
        await world.store.close();
        world = openWorld();
        const survivor = start();
        await survivor.putSubscription(subscription(POINTS));
        await survivor.putSubscription(subscription(STOCK));
        const life = new Life(lastCall, isLastDone);
        const doomed = createEvents(processOf(world, life));
        const answer = await publish(doomed, event());
        await settled();
        await doomed.stop();
        await pass(6_000);
        const isDurable = !(answer instanceof TaskError);
        const made = await counts();
        assert.ok(
          made.every((count) => count === 1) || (!isDurable && made.every((count) => count === 0)),
          `call ${lastCall}: ${made}`,
        );
        assert.equal((await receipt(survivor, event())).taskIds.length, 2);
        await settled();
        assert.deepEqual(await counts(), [1, 1]);
        await survivor.stop();
        running = [];
        if (!life.isOver) {
          break;
        }
      }
    }
  });
});
