import assert from "node:assert/strict";
import { assertSound, check } from "../crash/support/checker/check.ts";
import { Cluster } from "../crash/support/cluster.ts";
import { readHistories } from "../crash/support/history/history.ts";
import { TaskCalls } from "../crash/support/load/task-calls.ts";
import { ForeignWorker, resultOf, submit } from "./platform.ts";
import { build, LANGUAGES } from "./toolchains.ts";

const tasksPerRound = 120;
const minuteMs = 60_000;

interface Expected {
  readonly op: string;
  readonly type: string;
  readonly payload: string;
  readonly result: string;
}

describe("Workers in four languages on one queue", function () {
  this.timeout(8 * minuteMs);

  let cluster: Cluster;
  let calls: TaskCalls;
  const workers: ForeignWorker[] = [];

  before(async () => {
    LANGUAGES.forEach(build);
    cluster = await Cluster.start({ store: "sqlite:%folder%/baton.db", leaseTtl: "4s" });
    calls = new TaskCalls(cluster.directAddresses[0] ?? "");
    for (const language of LANGUAGES) {
      workers.push(await ForeignWorker.start(language, cluster));
    }
  });

  after(async () => {
    await Promise.all(workers.map((worker) => worker.destroy()));
    calls?.close();
    await cluster?.destroy();
  });

  it("run every task to the right result while they are killed, cut off and drained", async () => {
    const taskIds = new Map<Expected, string>();
    const submitSome = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n += 1) {
        const task = taskOf(taskIds.size);
        taskIds.set(task, await submit(calls, cluster, task));
      }
    };
    // The others may have worked everything off before a worker is up.
    const untilBusy = async (worker: ForeignWorker): Promise<void> => {
      for (let tries = 0; !(await worker.isBusy()); tries += 1) {
        assert.ok(tries < 120, `${worker.name} starts nothing`);
        await submitSome(12);
      }
    };

    await submitSome(tasksPerRound);
    for (const worker of workers) {
      await untilBusy(worker);
      await worker.replace();
    }
    await submitSome(tasksPerRound);
    for (const worker of workers) {
      await untilBusy(worker);
      worker.relay.breakStreams();
    }
    await submitSome(tasksPerRound);
    for (const [task, taskId] of taskIds) {
      assert.equal(
        await resultOf(calls, cluster, taskId),
        task.result,
        `${task.op} (${task.type})`,
      );
    }
    for (const worker of workers) {
      await worker.drain();
    }
    cluster.history.add({ kind: "quiet" });
    await cluster.stop();

    const events = readHistories(cluster.folder);
    for (const { name } of workers) {
      const accepted = events.filter(
        (event) => event.kind === "settle_ack" && event.by === name && event.status === "OK",
      );
      assert.notEqual(accepted.length, 0, `${name} settled nothing`);
    }
    assertSound(check(events), ["expiredLease", "resumedSession", "brokenStream"]);
  });
});

/** A mix of tasks: quick ones, ones long enough to be killed in, and large results. */
function taskOf(n: number): Expected {
  const op = `task.${n}`;
  if (n % 3 === 0) {
    return { op, type: "sleep", payload: String(100 + 10 * (n % 30)), result: "slept" };
  }
  if (n % 10 === 1) {
    const count = 50_000 + n;
    return { op, type: "bytes", payload: String(count), result: "\0".repeat(count) };
  }
  return { op, type: "echo", payload: op, result: op };
}
