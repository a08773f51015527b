import assert from "node:assert/strict";
import type { Events } from "../../../server/src/automation/events/contract.ts";
import { createEvents } from "../../../server/src/automation/events/events.ts";
import type { Schedules } from "../../../server/src/automation/schedules/contract.ts";
import { createSchedules } from "../../../server/src/automation/schedules/schedules.ts";
import type { Dispatcher } from "../../../server/src/dispatch/contract.ts";
import type { QueueName } from "../../../server/src/domain/ids.ts";
import { createGrpcServer, type GrpcServer } from "../../../server/src/grpc/server.ts";
import { openWorld, processOf, silent, tasksOf, type World } from "../../support/automation.ts";
import { failureOf, GrpcClient, type RequestOf } from "../../support/grpc/grpc-client.ts";
import { Life } from "../../support/processes/mortal.ts";
import { deferred } from "../../support/time/deferred.ts";
import { eventually } from "../../support/time/eventually.ts";
import { settled } from "../../support/time/settled.ts";

type Schedule = NonNullable<RequestOf<"ScheduleService", "PutSchedule">["schedule"]>;
type Subscription = NonNullable<RequestOf<"EventService", "PutSubscription">["subscription"]>;
type Event = NonNullable<RequestOf<"EventService", "Publish">["event"]>;

const TASK = { queue: "reports", type: "daily" };
const LARGE_TASK = { ...TASK, payload: Buffer.alloc(70_000) };
const CRON = { expression: "0 4 * * *", timeZone: "Europe/Berlin" };
const SCHEDULE: Schedule = { name: "daily", task: TASK, cron: CRON };
const SUBSCRIPTION: Subscription = { name: "points", eventType: "paid", task: TASK };
const JSON_TYPE = { dataContentType: "application/json" };
const EVENT: Event = { id: "1", source: "/orders", type: "paid" };

describe("The schedule and event services", () => {
  let world: World;
  let schedules: Schedules;
  let events: Events;
  let server: GrpcServer;
  let client: GrpcClient;

  beforeEach(async () => {
    world = openWorld();
    const parts = processOf(world, new Life());
    schedules = createSchedules(parts);
    events = createEvents(parts);
    const dispatcher = { isReady: () => true } as Dispatcher;
    const settings = { closeGraceMs: 10 };
    const { clock } = world;
    server = createGrpcServer({ dispatcher, schedules, events, clock, log: silent, settings });
    client = new GrpcClient(`127.0.0.1:${await server.listen("127.0.0.1:0")}`);
  });
  afterEach(async () => {
    client?.close();
    const closing = server?.close();
    world?.clock.advance(10);
    await closing;
    await events?.stop();
    await world?.store.close();
  });

  const put = (schedule: Schedule) => client.call("ScheduleService", "PutSchedule", { schedule });
  const subscribe = (subscription: Subscription) =>
    client.call("EventService", "PutSubscription", { subscription });
  const publish = (event: Event) => client.call("EventService", "Publish", { event });

  it("return a schedule as it is stored, every default filled in", async () => {
    const { schedule, created } = await put(SCHEDULE);
    assert.equal(created, true);
    assert.deepEqual(
      [schedule?.misfirePolicy, schedule?.overlapPolicy, schedule?.cron, schedule?.catchUpLimit],
      ["MISFIRE_POLICY_FIRE_ONCE", "OVERLAP_POLICY_SKIP", CRON, 10],
    );
    assert.equal(Number(schedule?.nextFireTime?.seconds) * 1_000, Date.UTC(2026, 0, 1, 3));
    const found = await client.call("ScheduleService", "GetSchedule", { name: "daily" });
    assert.deepEqual(found.schedule, schedule);
    assert.equal((await put(SCHEDULE)).created, false);
  });

  it("go on cancelling what waits for a schedule after the call's deadline", async () => {
    const name = "daily";
    await put({ ...SCHEDULE, staticShards: 3 });
    await client.call("ScheduleService", "TriggerSchedule", { name, requestId: "1" });
    const mayGoOn = deferred();
    const { store } = world;
    const list = store.list.bind(store);
    store.list = async (query) => {
      await mayGoOn.promise;
      return list(query);
    };
    const request = { name, cancelWaitingTasks: true };
    const call = client.call("ScheduleService", "DeleteSchedule", request, 500);
    assert.equal((await failureOf(call)).code, "DEADLINE_EXCEEDED");
    mayGoOn.resolve();
    await eventually(async () => {
      const found = client.call("ScheduleService", "GetSchedule", { name });
      assert.equal((await failureOf(found)).code, "NOT_FOUND");
    });
    const tasks = await tasksOf(store, TASK.queue as QueueName);
    assert.deepEqual(
      tasks.map(({ state }) => state),
      ["CANCELLED", "CANCELLED", "CANCELLED"],
    );
  });

  it("trigger, pause, resume, list and delete a schedule", async () => {
    await put({ ...SCHEDULE, cron: null, fixedRate: { seconds: 60 }, staticShards: 3 });
    await put({ ...SCHEDULE, name: "weekly" });
    const name = "daily";
    const { firing } = await client.call("ScheduleService", "TriggerSchedule", {
      name,
      requestId: "x",
    });
    assert.deepEqual(
      [firing?.outcome, firing?.taskIds.length, firing?.triggered],
      ["FIRING_OUTCOME_SUBMITTED", 3, true],
    );
    const listed = await client.call("ScheduleService", "ListFirings", { name });
    assert.deepEqual(listed.firings, [firing]);
    const paused = await client.call("ScheduleService", "PauseSchedule", { name });
    assert.deepEqual([paused.schedule?.paused, paused.schedule?.nextFireTime], [true, null]);
    const resumed = await client.call("ScheduleService", "ResumeSchedule", { name });
    assert.equal(resumed.schedule?.paused, false);
    const first = await client.call("ScheduleService", "ListSchedules", { pageSize: 1 });
    const second = await client.call("ScheduleService", "ListSchedules", {
      pageSize: 1,
      pageToken: first.nextPageToken,
    });
    assert.deepEqual(
      [first, second].map((page) => page.schedules.map((each) => each.name)),
      [["daily"], ["weekly"]],
    );
    assert.equal(second.nextPageToken, "");
    const deleted = await client.call("ScheduleService", "DeleteSchedule", { name });
    assert.equal(deleted.deleted, true);
    const failure = await failureOf(client.call("ScheduleService", "GetSchedule", { name }));
    assert.deepEqual([failure.code, failure.reason], ["NOT_FOUND", "SCHEDULE_NOT_FOUND"]);
  });

  for (const [what, change, field] of [
    ["no name", { name: "" }, "schedule.name"],
    ["no cadence", { cron: null }, "schedule.cadence"],
    ["a bad expression", { cron: { expression: "61 * * * *" } }, "schedule.cron.expression"],
    ["a lone surrogate", { cron: { expression: "\ud800" } }, "schedule.cron.expression"],
    ["an abbreviated zone", { cron: { ...CRON, timeZone: "CST" } }, "schedule.cron.time_zone"],
    ["an unknown zone", { cron: { ...CRON, timeZone: "Mars/One" } }, "schedule.cron.time_zone"],
    ["no tick ever", { cron: { expression: "0 0 30 2 *" } }, "schedule.cron.expression"],
    ["an end that is over", { endTime: { seconds: 1 } }, "schedule.end_time"],
    ["a short rate", { cron: null, fixedRate: { nanos: 1e6 } }, "schedule.fixed_rate"],
    ["a short delay", { cron: null, fixedDelay: { seconds: 0 } }, "schedule.fixed_delay"],
    ["a negative jitter", { jitter: { seconds: -1 } }, "schedule.jitter"],
    ["too many shards", { staticShards: 1_001 }, "schedule.static_shards"],
    ["too many bytes", { staticShards: 1_000, task: LARGE_TASK }, "schedule.static_shards"],
    ["no shards", { staticShards: 0 }, "schedule.static_shards"],
    ["no broadcast", { broadcast: false }, "schedule.broadcast"],
    ["a policy that is none", { overlapPolicy: 99 as never }, "schedule.overlap_policy"],
    ["too much to catch up", { catchUpLimit: 1_001 }, "schedule.catch_up_limit"],
    ["no task", { task: null }, "schedule.task"],
    ["a request id", { task: { ...TASK, requestId: "x" } }, "schedule.task.request_id"],
    ["a delay", { task: { ...TASK, delay: { seconds: 1 } } }, "schedule.task.delay"],
    ["a bad queue", { task: { ...TASK, queue: "" } }, "schedule.task.queue"],
  ] as const satisfies readonly (readonly [string, Partial<Schedule>, string])[]) {
    it(`refuse a schedule with ${what}, and name the field`, async () => {
      const failure = await failureOf(put({ ...SCHEDULE, ...change }));
      assert.deepEqual([failure.code, failure.fields], ["INVALID_ARGUMENT", [field]]);
    });
  }

  it("publish to subscriptions, and answer a batch item by item", async () => {
    assert.equal((await subscribe(SUBSCRIPTION)).created, true);
    const { receipt } = await publish(EVENT);
    assert.deepEqual([receipt?.taskIds.length, receipt?.deduplicated], [1, false]);
    const { results } = await client.call("EventService", "PublishBatch", {
      events: [EVENT, { ...EVENT, id: "" }, { ...EVENT, type: "other" }, { ...EVENT, id: "2" }],
    });
    assert.deepEqual(
      results.map(({ receipt: each, error }) => each?.deduplicated ?? error?.code),
      [true, 3, 6, false],
    );
    await settled();
    const listed = await client.call("EventService", "ListSubscriptions", {});
    assert.deepEqual(
      listed.subscriptions.map(({ name, eventType }) => [name, eventType]),
      [["points", "paid"]],
    );
    const paused = await client.call("EventService", "PauseSubscription", {
      name: "points",
      paused: true,
    });
    assert.equal(paused.subscription?.paused, true);
    const name = "points";
    assert.equal((await client.call("EventService", "DeleteSubscription", { name })).deleted, true);
    const failure = await failureOf(client.call("EventService", "GetSubscription", { name }));
    assert.equal(failure.reason, "SUBSCRIPTION_NOT_FOUND");
  });

  for (const [what, change, field] of [
    ["no type", { eventType: "" }, "subscription.event_type"],
    ["a * in the middle", { eventType: "a*b" }, "subscription.event_type"],
    ["an unknown attribute", { attributes: { Type: "x" } }, 'subscription.attributes["Type"]'],
    ["no task", { task: null }, "subscription.task"],
    ["a payload", { task: { ...TASK, payload: Buffer.from("x") } }, "subscription.task.payload"],
    ["a request id", { task: { ...TASK, requestId: "x" } }, "subscription.task.request_id"],
    ["a time", { task: { ...TASK, runAt: { seconds: 1 } } }, "subscription.task.run_at"],
  ] as const satisfies readonly (readonly [string, Partial<Subscription>, string])[]) {
    it(`refuse a subscription with ${what}, and name the field`, async () => {
      const failure = await failureOf(subscribe({ ...SUBSCRIPTION, ...change }));
      assert.deepEqual([failure.code, failure.fields], ["INVALID_ARGUMENT", [field]]);
    });
  }

  for (const [what, change, field] of [
    ["no id", { id: "" }, "event.id"],
    ["no source", { source: "" }, "event.source"],
    ["no type", { type: "" }, "event.type"],
    ["a long id", { id: "x".repeat(257) }, "event.id"],
    ["JSON in UTF-16", { ...JSON_TYPE, data: Buffer.from("{}", "utf16le") }, "event.data"],
    [
      "JSON that is no UTF-8",
      { ...JSON_TYPE, data: Buffer.from([0x22, 0xe4, 0x22]) },
      "event.data",
    ],
    ["an attribute's name", { extensions: { id: "x" } }, 'event.extensions["id"]'],
    ["a time that is none", { time: { nanos: -1 } }, "event.time"],
    ["a control character", { subject: "\n" }, "event.subject"],
  ] as const satisfies readonly (readonly [string, Partial<Event>, string])[]) {
    it(`refuse an event with ${what}, and name the field`, async () => {
      const failure = await failureOf(publish({ ...EVENT, ...change }));
      assert.deepEqual([failure.code, failure.fields], ["INVALID_ARGUMENT", [field]]);
    });
  }

  it("refuse another event with the same source and id", async () => {
    await publish(EVENT);
    const failure = await failureOf(publish({ ...EVENT, data: Buffer.from("x") }));
    assert.deepEqual(
      [failure.code, failure.reason, failure.metadata],
      ["ALREADY_EXISTS", "EVENT_ID_REUSED", { source: "/orders", id: "1" }],
    );
  });
});
