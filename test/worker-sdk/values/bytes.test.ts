import assert from "node:assert/strict";
import { type Codec, TaskClient, type TaskInfo } from "@baton/worker-sdk";
import { type DispatcherUnderTest, startTestDispatcher } from "../../support/dispatcher.ts";
import { FaultProxy } from "../../support/grpc/fault-proxy.ts";
import { ScriptedWorkerService } from "../../support/grpc/scripted-worker-service.ts";
import { Workers } from "../../support/workers.ts";

const KIBIBYTE = 1024;

/** Writes everything into one buffer, as codecs do that spare allocations. */
function sharingCodec(): Codec {
  const scratch = Buffer.alloc(64);
  return {
    encode: (value) => {
      scratch.fill(0).write(String(value));
      return { value: scratch.subarray(0, 8), contentType: "text/plain" };
    },
    decode: ({ value }) => value,
  };
}

function textOf(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? [])
    .toString()
    .replaceAll("\0", "");
}

describe("Bytes", function () {
  this.timeout(10_000);

  describe("of handlers", () => {
    let service: ScriptedWorkerService;
    let workers: Workers;
    beforeEach(async () => {
      service = await ScriptedWorkerService.start();
      workers = new Workers(service.address);
    });
    afterEach(async () => {
      await workers?.stop();
      await service?.stop();
    });

    const resultsOf = async (count: number): Promise<string[]> => {
      const stream = await service.stream(0);
      stream.grant(...Array.from({ length: count }, () => service.task()));
      const settlements = await stream.settled(count);
      return settlements
        .sort((a, b) => Number(a.lease?.leaseToken) - Number(b.lease?.leaseToken))
        .map(({ complete }) => textOf(complete?.result?.value));
    };
    const ids = Array.from({ length: 16 }, (_, at) => `task-${at + 1}`);

    it("are as they were when a handler returned them, whatever the next one writes there", async () => {
      const scratch = Buffer.alloc(16);
      const write = (text: string): Uint8Array => {
        scratch.fill(0).write(text);
        return scratch;
      };
      let count = 0;
      workers.start({
        queues: {
          email: ({ id }) => {
            count += 1;
            return count % 2 === 0 ? write(id) : Promise.resolve(write(id));
          },
        },
      });
      assert.deepEqual(await resultsOf(16), ids);
      scratch.fill(1);
    });

    it("are as a codec made them that makes all of them in one buffer", async () => {
      workers.start({ codec: sharingCodec(), queues: { email: async ({ id }) => id } });
      assert.deepEqual(await resultsOf(16), ids);
    });

    it("are the handler's own, begin where typed arrays can be laid over them, and keep no grant alive", async () => {
      const payloads: Uint8Array[] = [];
      const checkpoints: (Uint8Array | undefined)[] = [];
      workers.start({
        queues: {
          email: (task, context) => {
            payloads.push(task.payload as Uint8Array);
            checkpoints.push(context.checkpoint);
          },
        },
      });
      const stream = await service.stream(0);
      const large = Buffer.alloc(512 * KIBIBYTE, 1);
      const task = (payload: Buffer) =>
        service.task({
          payload,
          contentType: "application/octet-stream",
          checkpoint: Buffer.from("at 7"),
        });
      stream.grant(task(Buffer.alloc(24, 2)), task(large), task(Buffer.alloc(24, 3)), task(large));
      await stream.settled(4);
      assert.deepEqual(
        payloads.map((bytes) => [bytes.byteLength, bytes[0]]),
        [24, large.length, 24, large.length].map((length, at) => [length, [2, 1, 3, 1][at]]),
      );
      for (const bytes of [...payloads, ...checkpoints]) {
        assert.ok(bytes !== undefined && bytes.byteOffset % 8 === 0);
        assert.ok(bytes.buffer.byteLength <= 2 * bytes.byteLength, "it keeps nothing else alive");
      }
      const [small] = payloads;
      assert.equal(
        new Float64Array(small?.buffer ?? assert.fail(), small?.byteOffset, 3).length,
        3,
      );
      assert.equal(textOf(checkpoints[0]), "at 7");
    });
  });

  describe("of clients", () => {
    let dispatcher: DispatcherUnderTest;
    let proxy: FaultProxy;
    beforeEach(async () => {
      dispatcher = await startTestDispatcher();
      proxy = await FaultProxy.open(dispatcher.port);
    });
    afterEach(async () => {
      await proxy?.close();
      await dispatcher?.stop();
    });

    for (const [what, codec] of [
      ["bytes", undefined],
      ["what one buffer of a codec's had", sharingCodec()],
    ] as const) {
      it(`submit ${what} as they were at the call, also where they are sent again`, async () => {
        const client = new TaskClient({
          address: `127.0.0.1:${proxy.port}`,
          ...(codec && { codec }),
        });
        const scratch = Buffer.alloc(8);
        proxy.set({ refuse: true });
        const receipts = ["one", "two", "three"].map((text) => {
          scratch.fill(0).write(text);
          return client.submit("bytes", "t", codec ? text : scratch);
        });
        scratch.fill(9);
        proxy.set({ refuse: false });
        const stored: TaskInfo[] = [];
        for (const { taskId } of await Promise.all(receipts)) {
          stored.push(await client.get(taskId, { includePayload: true }));
        }
        assert.deepEqual(
          stored.map(({ payload }) => textOf(payload?.value)),
          ["one", "two", "three"],
        );
        await client.close();
      });
    }

    it("list payloads and results that keep no page alive", async () => {
      const client = new TaskClient({ address: dispatcher.address });
      for (let count = 0; count < 50; count += 1) {
        await client.submit("listed", "t", Buffer.alloc(16, count));
      }
      const tasks: TaskInfo[] = [];
      for await (const task of client.list({ queue: "listed", includePayload: true })) {
        tasks.push(task);
      }
      assert.equal(tasks.length, 50);
      for (const { payload } of tasks) {
        assert.ok(payload !== undefined && payload.value.buffer.byteLength <= 32);
      }
      await client.close();
    });
  });
});
