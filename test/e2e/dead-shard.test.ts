import assert from "node:assert/strict";
import { systemClock } from "@baton/proto/shared";
import type { Events } from "../../server/src/automation/events/contract.ts";
import { createEvents } from "../../server/src/automation/events/events.ts";
import type { Schedules } from "../../server/src/automation/schedules/contract.ts";
import { createSchedules } from "../../server/src/automation/schedules/schedules.ts";
import type { Dispatcher, SubmitAnswer } from "../../server/src/dispatch/contract.ts";
import { createDispatcher } from "../../server/src/dispatch/dispatcher.ts";
import { QueueFigures } from "../../server/src/dispatch/operating/queue-figures.ts";
import { TaskError } from "../../server/src/domain/errors.ts";
import type { BatonEvent } from "../../server/src/domain/events/event.ts";
import type { QueueName } from "../../server/src/domain/ids.ts";
import { openRedis } from "../../server/src/store/redis/open-redis-store.ts";
import type { Store } from "../../server/src/store/store.ts";
import { RecordingLog } from "../dispatch/recording-log.ts";
import { silent } from "../support/automation.ts";
import { startCluster, type TestCluster } from "../support/redis/redis-cluster.ts";
import type { RedisServer } from "../support/redis/redis-server.ts";
import { newDefinition } from "../support/schedule-factory.ts";
import { newSpec, newTask } from "../support/task-factory.ts";
import { eventually } from "../support/time/eventually.ts";
import { pause } from "../support/time/pause.ts";

const QUEUES = Array.from({ length: 12 }, (_, index) => `queue-${index}` as QueueName);
const SCHEDULES = Array.from({ length: 24 }, (_, index) => `schedule-${index}`);
const EVENTS = 40;
/** Of a twentieth of a second each. */
const ROUNDS = 30;
const BACK_WITHIN_MS = 20_000;

describe("A dispatcher on a cluster of which a master is away", function () {
  this.timeout(60_000);

  let cluster: TestCluster;
  let store: Store;
  let dispatcher: Dispatcher;
  const log = new RecordingLog();
  let schedules: Schedules;
  let events: Events;
  let figures: QueueFigures;
  let deadQueues: QueueName[];
  let livingQueues: QueueName[];
  let dead: RedisServer;

  before(async () => {
    cluster = await startCluster({ isPartial: true });
    const opened = await openRedis({ url: cluster.url });
    store = opened.store;
    dispatcher = createDispatcher({
      store,
      clock: systemClock,
      random: Math.random,
      log,
      settings: {},
    });
    await dispatcher.start();
    const parts = {
      ...opened,
      dispatcher,
      clock: systemClock,
      log: silent,
      sweepIntervalMs: 500,
    };
    schedules = createSchedules(parts);
    events = createEvents(parts);
    schedules.start();
    events.start();
    figures = new QueueFigures(store, systemClock);
    await store.submit(QUEUES.map((queue) => newTask({ queue })));
  });

  after(async () => {
    await schedules?.stop();
    await events?.stop();
    await dispatcher?.stop();
    await store?.close();
    await cluster?.stop();
  });

  async function kill(master: RedisServer): Promise<void> {
    await split(master);
    await master.kill();
  }

  /** Finds out which queues lie on a master. */
  async function split(master: RedisServer): Promise<void> {
    dead = master;
    const masters = await Promise.all(QUEUES.map((queue) => cluster.masterOf(queue)));
    deadQueues = QUEUES.filter((_, at) => masters[at] === master);
    livingQueues = QUEUES.filter((_, at) => masters[at] !== master);
    assert.ok(deadQueues.length > 0 && livingQueues.length > 0);
  }

  /** Submits a task; says why it was refused, or null, and how long that took. */
  async function submitOne(queue: QueueName) {
    const startMs = performance.now();
    const answer = await new Promise<SubmitAnswer>((resolve) =>
      dispatcher.submit([newTask({ queue })], resolve),
    );
    const [outcome] = answer instanceof TaskError ? [answer] : answer;
    const reason = outcome instanceof TaskError ? outcome.reason : null;
    return { queue, reason, ms: performance.now() - startMs };
  }

  /** Starts the master again, and waits until the store takes writes for every queue. */
  async function revive(): Promise<void> {
    await dead.start();
    const options = { withinMs: BACK_WITHIN_MS };
    await eventually(() => store.renew(QUEUES.map((queue) => probeOf(queue))), options);
    await eventually(() => schedules.list(null, 1), options);
    await eventually(async () => {
      assert.deepEqual((await dispatcher.queues.list("", 100)).unanswered, []);
    }, options);
  }

  // The register of queues lies on the last one.
  for (const node of [1, 2]) {
    it(`tells the figures of the other queues, and which are unknown (master ${node})`, async () => {
      const before = await dispatcher.queues.list("", 100);
      assert.deepEqual([before.queues.length, before.unanswered], [QUEUES.length, []]);
      assert.equal((await figures.all()).length, QUEUES.length);
      await kill(cluster.nodes[node] as RedisServer);
      try {
        // What was under way when the connection broke has failed by now, or will soon.
        await eventually(async () => {
          const { queues, unanswered } = await dispatcher.queues.list("", 100);
          assert.deepEqual(
            queues.map(({ stats: { queue, counts } }) => [queue, counts.READY]),
            [...livingQueues].sort().map((queue) => [queue, 1]),
          );
          assert.deepEqual(unanswered, [...deadQueues].sort());
        });
        const shown = await figures.all();
        assert.deepEqual(
          shown.map(({ queue }) => queue),
          [...livingQueues].sort(),
        );
        for (const queue of livingQueues) {
          assert.equal((await dispatcher.stats([queue]))[0]?.counts.READY, 1);
        }
        await assert.rejects(dispatcher.stats([deadQueues[0] as QueueName]), isAway);
      } finally {
        await revive();
      }
    });
  }

  it("serves the other queues where the master is frozen, and holds its own until it goes on", async () => {
    const victim = await cluster.masterOf("queue-1");
    await split(victim);
    log.warnings.length = 0;
    victim.signal("SIGSTOP");
    const isHeld = eventually(() => assert.equal(dispatcher.load().queuesAway, deadQueues.length), {
      withinMs: BACK_WITHIN_MS,
    });
    let tookMs: number[] = [];
    try {
      // One of each frozen queue is waited for until its time is up; from then on they are refused at once.
      const first = await Promise.all(deadQueues.map((queue) => submitOne(queue)));
      assert.ok(first.every(({ reason }) => reason !== null));
      await isHeld;
      for (let round = 0; round < ROUNDS; round += 1) {
        const answers = await Promise.all(QUEUES.map((queue) => submitOne(queue)));
        for (const { queue, reason, ms } of answers) {
          const isFrozen = deadQueues.includes(queue);
          assert.equal(reason, isFrozen ? "STORE_UNAVAILABLE" : null, queue);
          tookMs.push(ms);
        }
        assert.equal(dispatcher.load().queuesAway, deadQueues.length);
        assert.ok(dispatcher.isReady());
        await pause(50);
      }
    } finally {
      victim.signal("SIGCONT");
    }
    tookMs = tookMs.sort((a, b) => a - b);
    const p99Ms = tookMs[Math.ceil(tookMs.length * 0.99) - 1] ?? Number.NaN;
    // Less than the time that a command to the frozen master takes to fail.
    assert.ok(p99Ms < 1_000, `p99 ${p99Ms} ms`);
    await eventually(() => assert.equal(dispatcher.load().queuesAway, 0), {
      withinMs: BACK_WITHIN_MS,
    });
    const answers = await Promise.all(QUEUES.map((queue) => submitOne(queue)));
    assert.deepEqual(
      answers.map(({ reason }) => reason),
      QUEUES.map(() => null),
    );
    const told = log.warnings.filter((line) => line === "the store failed for some queues");
    assert.ok(told.length <= 2, `${told.length} lines`);
    assert.ok(!log.warnings.includes("the store failed"));
  });

  it("fires the schedules and takes the events that lie elsewhere, and then the others", async () => {
    // Of the subscriptions and the registers this one has none.
    const master = await cluster.masterOf("queue-1");
    for (const tag of ["~marks~0", "~subscriptions~0", "b:queues", "queue-0"]) {
      assert.notEqual(await cluster.masterOf(tag), master);
    }
    const living = "queue-0" as QueueName;
    for (const name of SCHEDULES) {
      const cadence = { kind: "fixed_rate", intervalMs: 1_000 } as const;
      const task = newSpec({ queue: living });
      const definition = newDefinition({ name, cadence, task, overlapPolicy: "ALLOW" });
      // A master that was frozen until now may still refuse its first call.
      await eventually(() => schedules.put(definition).then(() => undefined), {
        withinMs: BACK_WITHIN_MS,
      });
    }
    await events.putSubscription({
      name: "all",
      eventType: "paid",
      source: "",
      attributes: {},
      task: newSpec({ queue: living, payload: Buffer.alloc(0) }),
      paused: false,
    });
    await kill(master);
    const ids = Array.from({ length: EVENTS }, (_, id) => event(`${id}`));
    let isAccepted: boolean[] = [];
    let away: string[] = [];
    try {
      await eventually(async () => {
        const answers = await events.publish(ids);
        isAccepted = answers.map((answer) => !(answer instanceof TaskError));
        const reasons = new Set(answers.flatMap((a) => (a instanceof TaskError ? [a.reason] : [])));
        assert.deepEqual([...reasons], ["STORE_UNAVAILABLE"]);
        assert.ok(isAccepted.includes(true));
      });
      const found = await Promise.allSettled(SCHEDULES.map((name) => schedules.get(name)));
      away = SCHEDULES.filter((_, at) => found[at]?.status === "rejected");
      assert.ok(away.length > 0 && away.length < SCHEDULES.length, `${away.length} are away`);
      // Often enough that what they did would have to be remembered on every master, were it spread.
      await eventually(
        async () => {
          for (const name of SCHEDULES.filter((each) => !away.includes(each))) {
            assert.ok((await schedules.firings(name)).length >= 4, name);
          }
        },
        { withinMs: 20_000 },
      );
    } finally {
      await revive();
    }
    const firedMs = Date.now();
    await eventually(
      async () => {
        for (const name of SCHEDULES) {
          const [newest] = await schedules.firings(name);
          assert.ok(newest !== undefined && newest.fireAtMs >= firedMs, name);
        }
      },
      { withinMs: BACK_WITHIN_MS },
    );
    await eventually(
      async () => {
        const again = await events.publish(ids);
        again.forEach((answer, at) => {
          assert.ok(!(answer instanceof TaskError));
          assert.ok(answer.deduplicated || isAccepted[at] === false, `event ${at} is new again`);
        });
      },
      { withinMs: BACK_WITHIN_MS },
    );
  });
});

function event(id: string): BatonEvent {
  return {
    id,
    source: "/orders",
    type: "paid",
    subject: "",
    dataContentType: "application/json",
    dataSchema: "",
    timeMs: null,
    extensions: {},
    data: Buffer.from("{}"),
  };
}

function probeOf(queue: QueueName) {
  return { sessionId: "none" as never, streamId: "none" as never, queue, ttlMs: 0 };
}

function isAway(error: unknown): boolean {
  return error instanceof TaskError && error.reason === "STORE_UNAVAILABLE";
}
