import assert from "node:assert/strict";
import {
  BatonError,
  type EventToPublish,
  OptionsError,
  RateLimitedError,
  ReleaseTaskError,
  RetryAfterError,
  type ScheduleOptions,
  type SubscriptionOptions,
  TaskClient,
  Worker,
} from "@baton/worker-sdk";
import { freePort } from "../../support/grpc/loopback.ts";

/** What a caller without types may pass. */
type Anything = never;
const wrong = (value: unknown): Anything => value as Anything;

const ID = "email~abc" as Anything;
const SCHEDULE: ScheduleOptions = {
  task: { queue: "q", type: "t" },
  cadence: { cron: "* * * * *" },
};
const EVENT: EventToPublish = { id: "1", source: "/orders", type: "paid" };
const SUBSCRIPTION: SubscriptionOptions = { eventType: "paid", task: { queue: "q", type: "t" } };

describe("The options of calls", () => {
  let client: TaskClient;
  before(async () => {
    // Nobody listens there: what is refused is refused before anything is sent.
    client = new TaskClient({ address: `127.0.0.1:${await freePort()}`, timeoutMs: 60_000 });
  });
  after(() => client?.close());

  const submit = (options: unknown) => client.submit("q", "t", null, wrong(options));
  const put = (options: object) => client.schedules.put("s", wrong({ ...SCHEDULE, ...options }));
  const publish = (event: object) => client.events.publish(wrong({ ...EVENT, ...event }));
  const subscribe = (options: object) =>
    client.events.subscribe("s", wrong({ ...SUBSCRIPTION, ...options }));
  const list = (query: unknown) => client.list(wrong(query)).next();

  const REFUSED: Readonly<Record<string, readonly [() => Promise<unknown>, ...fields: string[]]>> =
    {
      "await: NaN": [() => client.await(ID, { timeoutMs: Number.NaN }), "timeoutMs"],
      "await: text": [() => client.await(ID, { timeoutMs: wrong("5000") }), "timeoutMs"],
      "await: less than nothing": [() => client.await(ID, { timeoutMs: -1 }), "timeoutMs"],
      "await: null": [() => client.await(ID, wrong(null)), "options"],
      "await: all of it": [
        () => client.await(wrong(7), { timeoutMs: wrong(null), signal: wrong({}) }),
        "taskId",
        "timeoutMs",
        "signal",
      ],
      watch: [() => client.watch(wrong(""), { signal: wrong("stop") }).next(), "taskId", "signal"],
      getByRequestId: [
        () => client.getByRequestId(wrong("a b"), "", { includePayload: wrong("no") }),
        "queue",
        "requestId",
        "includePayload",
      ],
      get: [
        () => client.get(wrong(undefined), { includePayload: wrong("no"), history: wrong(1) }),
        "taskId",
        "includePayload",
        "history",
      ],
      cancel: [() => client.cancel(ID, wrong(7)), "reason"],
      "cancel: too long a reason": [() => client.cancel(ID, "x".repeat(1_025)), "reason"],
      redrive: [() => client.redrive(wrong(null)), "taskId"],
      runNow: [() => client.runNow(wrong(7)), "taskId"],
      "delete: a task": [() => client.delete(wrong(7)), "taskId"],
      explain: [() => client.explain(wrong("x".repeat(513))), "taskId"],
      "list: nothing": [() => list(undefined), "queue"],
      list: [
        () =>
          list({
            queue: "q",
            states: ["READY", "DONE"],
            type: "no type",
            labels: { a: 7 },
            submittedFromMs: Number.NaN,
            submittedBeforeMs: "now",
            pageSize: 1_001,
            includePayload: 1,
            newestFirst: "yes",
            workerId: "",
            failureType: "x".repeat(129),
          }),
        "type",
        "states[1]",
        'labels["a"]',
        "submittedFromMs",
        "submittedBeforeMs",
        "pageSize",
        "includePayload",
        "newestFirst",
        "workerId",
        "failureType",
      ],
      "list: states that are no list": [() => list({ queue: "q", states: "READY" }), "states"],
      "submit: null": [() => submit(null), "options"],
      "submit: numbers": [
        () =>
          submit({
            priority: "9",
            delayMs: Number.NaN,
            startDeadlineMs: Number.POSITIVE_INFINITY,
            attemptTimeoutMs: "1",
            retentionMs: -1,
            deduplicationWindowMs: null,
            retry: { maxAttempts: 0, nonRetryableTypes: ["", 7] },
          }),
        "priority",
        "delayMs",
        "startDeadlineMs",
        "attemptTimeoutMs",
        "retentionMs",
        "deduplicationWindowMs",
        "retry.maxAttempts",
        "retry.nonRetryableTypes[0]",
        "retry.nonRetryableTypes[1]",
      ],
      "submit: entries that nobody would see, and a number for an id": [
        () =>
          submit({
            requestId: 7,
            headers: new Headers({ tenant: "a" }),
            labels: new Map([["zone", "b"]]),
          }),
        "requestId",
        "headers",
        "labels",
      ],
      "submit: a list of labels": [() => submit({ labels: ["a"] }), "labels"],
      "submit: what is no object": [
        () => submit({ retry: 5, headers: "a", labels: null }),
        "headers",
        "labels",
        "retry",
      ],
      "submit: types that are no list": [
        () => submit({ retry: { nonRetryableTypes: "Bad" } }),
        "retry.nonRetryableTypes",
      ],
      "submit: keys that are empty, too long or no text": [
        () => submit({ concurrencyKey: "", orderingKey: "x".repeat(129) }),
        "orderingKey",
        "concurrencyKey",
      ],
      "put: no options": [
        () => client.schedules.put("s", wrong(null)),
        "options",
        "task",
        "cadence",
      ],
      "put: an empty cadence": [() => put({ cadence: {} }), "cadence"],
      "put: two cadences": [
        () => put({ cadence: { cron: "* * * * *", everyMs: 1_000 } }),
        "cadence",
      ],
      put: [
        () =>
          put({
            task: "t",
            cadence: { everyMs: Number.NaN },
            startTimeMs: "now",
            endTimeMs: Number.NaN,
            jitterMs: "1",
            misfire: "NEVER",
            misfireThresholdMs: -1,
            catchUpLimit: 1.5,
            overlap: "MAYBE",
            shards: 0,
          }),
        "task",
        "cadence.everyMs",
        "startTimeMs",
        "endTimeMs",
        "jitterMs",
        "misfire",
        "misfireThresholdMs",
        "catchUpLimit",
        "overlap",
        "shards",
      ],
      trigger: [() => client.schedules.trigger("s", { requestId: wrong(7) }), "requestId"],
      "delete: null": [() => client.schedules.delete("s", wrong(null)), "options"],
      delete: [
        () => client.schedules.delete(" ", { cancelWaitingTasks: wrong("yes") }),
        "name",
        "cancelWaitingTasks",
      ],
      firings: [() => client.schedules.firings(wrong(null)).next(), "name"],
      "queues.get": [() => client.queues.get(wrong(null)), "name"],
      "queues.update: nothing": [() => client.queues.update("q", {}), "settings"],
      "queues.update: null": [() => client.queues.update("q", wrong(null)), "settings", "settings"],
      "queues.update": [
        () =>
          client.queues.update(
            "q",
            wrong({
              paused: "yes",
              maxBacklog: 0,
              keyMaxBacklog: 1.5,
              concurrencyLimit: -1,
              keyConcurrencyLimit: 1_000_001,
              rateLimit: { periodMs: 99, burst: 0 },
              keyRateLimit: 5,
              keyWeight: 0,
              plainWeight: null,
              fairBy: "LUCK",
              onDead: "STOP",
              retry: { maxAttempts: 0 },
              retentionMs: Number.NaN,
              attemptHistory: 101,
              concurency: 5,
            }),
          ),
        "settings.concurency",
        "settings.paused",
        "settings.maxBacklog",
        "settings.keyMaxBacklog",
        "settings.concurrencyLimit",
        "settings.keyConcurrencyLimit",
        "settings.rateLimit.tasks",
        "settings.rateLimit.periodMs",
        "settings.rateLimit.burst",
        "settings.keyRateLimit",
        "settings.keyRateLimit.tasks",
        "settings.keyWeight",
        "settings.plainWeight",
        "settings.fairBy",
        "settings.onDead",
        "settings.retry.maxAttempts",
        "settings.retentionMs",
        "settings.attemptHistory",
      ],
      "queues.pause": [() => client.queues.pause("no name"), "name"],
      "queues.resume": [() => client.queues.resume(wrong(7)), "name"],
      "queues.delete": [() => client.queues.delete("", { purge: wrong("all") }), "name", "purge"],
      "queues.keys": [() => client.queues.keys("q", { filter: wrong("some") }).next(), "filter"],
      "queues.putKey": [
        () =>
          client.queues.putKey(
            "q",
            "",
            wrong({ weight: 101, concurrencyLimit: 0, rateLimit: {}, paused: 1 }),
          ),
        "key",
        "settings.weight",
        "settings.concurrencyLimit",
        "settings.rateLimit.tasks",
        "settings.paused",
      ],
      "queues.putKey: nothing": [() => client.queues.putKey("q", "k", wrong(null)), "settings"],
      "queues.clearKey": [() => client.queues.clearKey("q", wrong(undefined)), "key"],
      publish: [
        () => publish({ id: "", timeMs: Number.NaN, subject: 7, extensions: { a: 1 } }),
        "event.id",
        "event.subject",
        "event.timeMs",
        'event.extensions["a"]',
      ],
      publishBatch: [
        () => client.events.publishBatch([EVENT, wrong({})]),
        "events[1].id",
        "events[1].source",
        "events[1].type",
      ],
      "publishBatch: no list": [() => client.events.publishBatch(wrong("all")), "events"],
      subscribe: [
        () => subscribe({ eventType: "", source: 7, attributes: "a", task: null }),
        "eventType",
        "source",
        "attributes",
        "task",
      ],
    };
  for (const [what, [call, ...fields]] of Object.entries(REFUSED)) {
    it(`are checked before anything is sent (${what})`, async () => {
      await assert.rejects(call(), (error) => {
        assert.ok(error instanceof BatonError, String(error));
        assert.equal(error.code, "INVALID_ARGUMENT");
        assert.deepEqual(
          error.violations.map(({ field }) => field),
          fields,
        );
        return true;
      });
    });
  }

  it("are checked task by task in submitMany", async () => {
    const outcomes: string[] = [];
    for await (const outcome of client.submitMany([wrong(null), wrong({ queue: "q", type: 7 })])) {
      outcomes.push(outcome.kind === "refused" ? outcome.error.message : "stored");
    }
    assert.match(outcomes[0] ?? "", /^task: must be an object/);
    assert.match(outcomes[1] ?? "", /^type: must be 1 to 128/);
  });

  const OPTIONS: readonly [what: string, make: () => unknown, RegExp][] = [
    ["no options", () => new TaskClient(wrong(null)), /options must be an object; address/],
    ["a codec", () => new TaskClient({ address: "a", codec: wrong({}) }), /^codec must have/],
    [
      "credentials",
      () => new TaskClient({ address: "a", credentials: wrong("x") }),
      /^credentials/,
    ],
    [
      "a channel's",
      () => new TaskClient({ address: "a", channelOptions: wrong(7) }),
      /^channelOptions/,
    ],
    ["a time", () => new TaskClient({ address: "a", timeoutMs: wrong("5000") }), /^timeoutMs/],
    ["a worker's, none", () => new Worker(wrong(undefined)), /^options must be an object/],
    [
      "a worker's",
      () =>
        new Worker({
          address: "a",
          queues: { q: () => 1 },
          logger: wrong({ info() {} }),
          codec: wrong(7),
        }),
      /^codec must have .*; logger must have the functions debug, info, warn, error$/,
    ],
  ];
  for (const [what, make, message] of OPTIONS) {
    it(`of constructors are checked alike (${what})`, () => {
      assert.throws(make, (error) => {
        assert.ok(error instanceof OptionsError, String(error));
        assert.match(error.message, message);
        return true;
      });
    });
  }

  it("of a worker's run are checked before it begins", async () => {
    const worker = new Worker({ address: "a", queues: { q: () => 1 } });
    await assert.rejects(worker.run({ signal: wrong({ aborted: false }) }), OptionsError);
    assert.equal(worker.state, "idle");
  });

  it("of errors that ask for something are numbers", () => {
    assert.throws(() => new RetryAfterError(wrong("5")), RangeError);
    assert.throws(() => new ReleaseTaskError(wrong(null)), RangeError);
    const scope = "key";
    assert.throws(() => new RateLimitedError({ retryAfterMs: 0, scope }), RangeError);
    assert.throws(() => new RateLimitedError({ retryAfterMs: wrong("5"), scope }), RangeError);
    assert.throws(() => new RateLimitedError({ retryAfterMs: 5, scope: wrong("all") }), TypeError);
  });
});
