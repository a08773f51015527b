import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TaskClient } from "@baton/worker-sdk";
import { type RunningDispatcher, startDispatcher } from "../../../server/src/compose.ts";
import { loadServeConfig } from "../../../server/src/settings/config.ts";
import { silent } from "../../support/automation.ts";
import { type RedisServer, startRedis } from "../../support/redis/redis-server.ts";
import { eventually } from "../../support/time/eventually.ts";
import { Workers } from "../../support/workers.ts";

const KINDS = ["SQLite", "Redis"] as const;

for (const kind of KINDS) {
  describe(`A client's operations on ${kind}`, function () {
    this.timeout(30_000);
    let folder: string;
    let redis: RedisServer | null = null;
    let dispatcher: RunningDispatcher;
    let client: TaskClient;
    let workers: Workers;
    let isMended: boolean;

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), "baton-operations-"));
      redis = kind === "Redis" ? await startRedis() : null;
      const store = redis?.url ?? `sqlite:${join(folder, "baton.db")}`;
      const flags = ["--listen", "127.0.0.1:0", "--http-listen", "off", "--store", store];
      const unsafe = redis === null ? [] : ["--allow-unsafe-redis"];
      dispatcher = await startDispatcher(loadServeConfig([...flags, ...unsafe], {}), silent);
      client = new TaskClient({ address: dispatcher.address });
      workers = new Workers(dispatcher.address);
      isMended = false;
    });
    afterEach(async () => {
      await workers?.stop();
      await client?.close();
      await dispatcher?.stop();
      await redis?.stop();
      await rm(folder, { recursive: true });
    });

    /** Submits tasks that die until all is mended, and waits until they are dead. */
    const submitDying = async (count: number): Promise<void> => {
      workers.start({
        queues: {
          mail: () => {
            if (!isMended) {
              throw new TypeError("the relay is away");
            }
          },
        },
      });
      const tasks = Array.from({ length: count }, () => ({
        queue: "mail",
        type: "send",
        payload: {},
        retry: { maxAttempts: 1 },
      }));
      for await (const { kind: outcome } of client.submitMany(tasks)) {
        assert.equal(outcome, "stored");
      }
      await eventually(async () => assert.equal((await client.queues.get("mail")).dead, count));
    };

    it("redrive what died once that is mended, and tell how far they are", async () => {
      await submitDying(40);
      isMended = true;
      const filter = { queue: "mail", failureType: "TypeError" };
      const preview = await client.operations.preview({ kind: "REDRIVE", filter });
      assert.deepEqual([preview.tasks, preview.complete, preview.sample.length], [40, true, 20]);
      const options = { kind: "REDRIVE", filter, reason: "the relay is back" } as const;
      const operation = await client.operations.start(options);
      const over = await operation.done({ timeoutMs: 20_000 });
      assert.deepEqual([over.state, over.done, over.skipped, over.failed], ["DONE", 40, {}, {}]);
      assert.deepEqual([over.kind, over.queue, over.reason], ["REDRIVE", "mail", options.reason]);
      assert.match(over.startedBy, /127\.0\.0\.1/);
      await eventually(async () => assert.equal((await client.queues.get("mail")).succeeded, 40));
    });

    it("cancel and delete, and are listed, the newest first", async () => {
      const tasks = Array.from({ length: 30 }, () => ({
        queue: "mail",
        type: "send",
        payload: {},
      }));
      for await (const { kind: outcome } of client.submitMany(tasks)) {
        assert.equal(outcome, "stored");
      }
      const filter = { queue: "mail", all: true };
      const cancel = await client.operations.start({ kind: "CANCEL", filter });
      assert.equal((await cancel.done()).done, 30);
      const remove = await client.operations.start({ kind: "DELETE", filter });
      assert.equal((await remove.done()).done, 30);
      const ids: string[] = [];
      for await (const { id } of client.operations.list()) {
        ids.push(id);
      }
      assert.deepEqual(ids, [remove.id, cancel.id]);
      for await (const task of client.list({ queue: "mail" })) {
        assert.fail(`${task.id} is there still`);
      }
    });

    it("are stopped, and started once for a request id", async () => {
      await submitDying(20);
      const filter = { queue: "mail", all: true };
      const options = { kind: "REDRIVE", filter, tasksPerSecond: 1, requestId: "slow" } as const;
      const operation = await client.operations.start(options);
      assert.equal((await client.operations.start(options)).id, operation.id);
      await assert.rejects(client.operations.start({ ...options, kind: "DELETE" }), {
        code: "ALREADY_EXISTS",
        reason: "OPERATION_ID_REUSED",
      });
      await operation.stop();
      const over = await operation.done({ timeoutMs: 20_000 });
      assert.equal(over.state, "STOPPED");
      assert.ok(over.done < 20);
    });

    it("say what is wrong with a filter, and with an id", async () => {
      const filter = { queue: "mail" };
      await assert.rejects(client.operations.start({ kind: "DELETE", filter }), {
        code: "INVALID_ARGUMENT",
        message: /filter matches every task of the queue/,
      });
      await assert.rejects(client.operations.get("unheard-of"), { reason: "OPERATION_NOT_FOUND" });
    });
  });
}
