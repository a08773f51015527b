import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BatonError, silentLogger, TaskClient, type TaskContext, Worker } from "@baton/worker-sdk";
import { type RunningDispatcher, startDispatcher } from "../../../server/src/compose.ts";
import { loadServeConfig } from "../../../server/src/settings/config.ts";
import { silent } from "../../support/automation.ts";
import { eventually } from "../../support/time/eventually.ts";

interface Seen {
  readonly worker: string;
  readonly payload: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly shard: TaskContext["shard"];
}

describe("A client's schedules and events", () => {
  let folder: string;
  let dispatcher: RunningDispatcher;
  let client: TaskClient;
  let seen: Seen[];
  let running: { worker: Worker; end: Promise<unknown> }[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "baton-automation-"));
    const flags = ["--listen", "127.0.0.1:0", "--http-listen", "off", "--store"];
    const config = loadServeConfig([...flags, `sqlite:${join(folder, "baton.db")}`], {});
    dispatcher = await startDispatcher(config, silent);
    client = new TaskClient({ address: dispatcher.address });
    seen = [];
    running = [];
  });
  afterEach(async () => {
    await client?.close();
    for (const { worker, end } of running) {
      await worker.stop();
      await end;
    }
    await dispatcher?.stop();
    await rm(folder, { recursive: true });
  });

  const work = async (name: string): Promise<Worker> => {
    const worker = new Worker({
      address: dispatcher.address,
      workerId: name,
      logger: silentLogger,
      queues: {
        reports: (task, { shard }) => {
          seen.push({ worker: name, payload: task.payload, headers: task.headers, shard });
        },
      },
    });
    running.push({ worker, end: worker.run() });
    await eventually(() => assert.equal(worker.state, "running"));
    return worker;
  };

  it("fire in shards, which the handlers know", async () => {
    await work("one");
    const { created, schedule } = await client.schedules.put("daily", {
      task: { queue: "reports", type: "daily", payload: { day: "today" } },
      cadence: { cron: "0 4 * * *", timeZone: "Europe/Berlin" },
      shards: 3,
    });
    assert.deepEqual(
      [created, schedule.shards, schedule.overlap, schedule.misfire],
      [true, 3, "SKIP", "FIRE_ONCE"],
    );
    assert.ok((schedule.nextFireTimeMs ?? 0) > 0);
    const firing = await client.schedules.trigger("daily", { requestId: "now" });
    assert.deepEqual([firing.outcome, firing.triggered], ["SUBMITTED", true]);
    await Promise.all(firing.taskIds.map((id) => client.await(id, { timeoutMs: 3_000 })));
    assert.deepEqual(seen.map(({ shard }) => [shard?.index, shard?.total]).sort(), [
      [0, 3],
      [1, 3],
      [2, 3],
    ]);
    assert.ok(seen.every(({ headers }) => headers["baton-fire-time"] !== undefined));
    const firings = await collect(client.schedules.firings("daily"));
    assert.deepEqual(firings, [firing]);
  });

  it("fire once for each worker that is there, also after one came and one went", async () => {
    const [first] = [await work("one"), await work("two")];
    await client.schedules.put("everywhere", {
      task: { queue: "reports", type: "clean-up" },
      cadence: { cron: "0 4 * * *" },
      shards: "broadcast",
    });
    const fire = async (): Promise<(readonly unknown[])[]> => {
      seen.length = 0;
      const { taskIds } = await client.schedules.trigger("everywhere");
      await Promise.all(taskIds.map((id) => client.await(id, { timeoutMs: 3_000 })));
      return seen.map(({ worker, shard }) => [worker, shard?.total]).sort();
    };
    for (let times = 0; times < 3; times++) {
      assert.deepEqual(await fire(), [
        ["one", 2],
        ["two", 2],
      ]);
    }
    await work("three");
    await first?.stop();
    assert.deepEqual(await fire(), [
      ["three", 2],
      ["two", 2],
    ]);
  }).timeout(10_000);

  it("fire by a rate, each tick once", async () => {
    await work("one");
    await client.schedules.put("often", {
      task: { queue: "reports", type: "tick" },
      cadence: { everyMs: 1_000 },
    });
    await eventually(() => assert.ok(seen.length >= 2), { withinMs: 4_000 });
    await client.schedules.pause("often");
    const firings = await collect(client.schedules.firings("often"));
    const times = firings.map(({ fireTimeMs }) => fireTimeMs);
    assert.equal(new Set(times).size, times.length);
    for (const { fireTimeMs, decideTimeMs } of firings) {
      assert.ok(decideTimeMs - fireTimeMs < 1_000, `${decideTimeMs - fireTimeMs} ms late`);
    }
    assert.equal((await client.schedules.resume("often")).paused, false);
    assert.equal(await client.schedules.delete("often", { cancelWaitingTasks: true }), true);
    assert.equal(await client.schedules.delete("often"), false);
  }).timeout(10_000);

  it("fan an event out, and know it again", async () => {
    await work("one");
    for (const name of ["points", "stock"]) {
      const { created } = await client.events.subscribe(name, {
        eventType: "payment.*",
        attributes: { tenant: "blue" },
        task: { queue: "reports", type: name, priority: 7 },
      });
      assert.equal(created, true);
    }
    const event = {
      id: "1",
      source: "/orders",
      type: "payment.completed",
      data: { amount: 12 },
      extensions: { tenant: "blue" },
    };
    const first = await client.events.publish(event);
    assert.deepEqual([first.taskIds.length, first.deduplicated], [2, false]);
    await Promise.all(first.taskIds.map((id) => client.await(id, { timeoutMs: 3_000 })));
    assert.deepEqual(
      seen.map(({ payload }) => payload),
      [{ amount: 12 }, { amount: 12 }],
    );
    const [again, other] = await client.events.publishBatch([
      event,
      { ...event, data: { amount: 13 } },
    ]);
    assert.deepEqual(again?.receipt, { taskIds: first.taskIds, deduplicated: true });
    assert.match(other?.error?.message ?? "", /another type or with other data/);
    await assert.rejects(
      client.events.publish({ ...event, data: null }),
      (error) => error instanceof BatonError && error.reason === "EVENT_ID_REUSED",
    );
    const names = (await collect(client.events.listSubscriptions())).map(({ name }) => name);
    assert.deepEqual(names, ["points", "stock"]);
    assert.equal((await client.events.pause("points")).paused, true);
    assert.equal(await client.events.unsubscribe("stock"), true);
    assert.deepEqual((await client.events.publish({ ...event, id: "2" })).taskIds, []);
  });

  it("run the handler of an event that says JSON and has no data, or a byte order mark", async () => {
    await work("one");
    const task = { queue: "reports", type: "points" };
    await client.events.subscribe("points", { eventType: "paid", task });
    const json = { source: "/orders", type: "paid", dataContentType: "application/json" };
    for (const [id, data, payload] of [
      ["1", undefined, undefined],
      ["2", Buffer.from('\ufeff{"amount":5}'), { amount: 5 }],
    ] as const) {
      const { taskIds } = await client.events.publish({ ...json, id, data });
      await client.await(taskIds[0] ?? "", { timeoutMs: 3_000 });
      assert.deepEqual(seen.at(-1)?.payload, payload);
    }
    const utf16 = { ...json, id: "3", data: Buffer.from("{}", "utf16le") };
    await assert.rejects(client.events.publish(utf16), /event\.data must be UTF-8/);
  });

  it("name what is wrong", async () => {
    const task = { queue: "reports", type: "daily" };
    await assert.rejects(
      client.schedules.put("daily", { task, cadence: { cron: "61 * * * *" } }),
      (error) =>
        error instanceof BatonError && error.violations[0]?.field === "schedule.cron.expression",
    );
    await assert.rejects(
      client.schedules.put("daily", { task, cadence: { everyMs: 1_000 }, shards: 1.5 }),
      BatonError,
    );
    await assert.rejects(
      client.events.publish({ id: "", source: "/orders", type: "paid" }),
      (error) => error instanceof BatonError && error.violations[0]?.field === "event.id",
    );
  });
});

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) {
    collected.push(item);
  }
  return collected;
}
