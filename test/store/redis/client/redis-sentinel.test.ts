import assert from "node:assert/strict";
import { openRedisStore } from "../../../../server/src/store/redis/open-redis-store.ts";
import type { Store } from "../../../../server/src/store/store.ts";
import { FaultProxy } from "../../../support/grpc/fault-proxy.ts";
import { startSentinels, type TestSentinels } from "../../../support/redis/redis-sentinel.ts";
import { eventually } from "../../../support/time/eventually.ts";
import {
  complete,
  find,
  lease,
  leaseOne,
  openSession,
  settle,
  submit,
} from "../../conformance/actions.ts";

const FAILOVER_MS = 20_000;

describe("Behind three sentinels, the Redis store", function () {
  this.timeout(60_000);

  let sentinels: TestSentinels;
  let store: Store;

  beforeEach(async () => {
    sentinels = await startSentinels();
    store = await openRedisStore({ url: sentinels.url });
  });

  afterEach(async () => {
    await store?.close();
    sentinels?.master.signal("SIGCONT");
    await sentinels?.stop();
  });

  for (const [title, signal] of [
    ["dies", "SIGKILL"],
    ["hangs", "SIGSTOP"],
  ] as const) {
    it(`goes on with the replica when the master ${title}, tokens still growing`, async () => {
      const session = await openSession(store, { ttlMs: 60_000 });
      const id = await submit(store);
      const before = await leaseOne(store, session);
      await eventually(async () => assert.ok(await isReplicated(sentinels, before.token)));

      sentinels.master.signal(signal);
      await eventually(
        async () => assert.equal(await sentinels.masterPort(), sentinels.replica.port),
        { withinMs: FAILOVER_MS },
      );
      await eventually(() => submit(store), { withinMs: FAILOVER_MS });

      assert.equal((await find(store, id)).token, before.token, "the lease went over");
      await settle(store, before, { kind: "release", delayMs: 0 });
      const tasks = await lease(store, session);
      const after = tasks.find((task) => task.id === id);
      assert.ok(after !== undefined && after.token > before.token);
      assert.deepEqual(await settle(store, before, complete()), { kind: "stale" });
      assert.equal((await settle(store, after, complete())).kind, "ok");
    });
  }

  it("goes on where it is told of the new master while it asks for one", async () => {
    const addresses = sentinels.url.split("@")[1]?.split(",") ?? [];
    const proxies = await Promise.all(
      addresses.map((address) => FaultProxy.open(Number(address.split(":")[1]))),
    );
    const asked = proxies.map(({ address }) => address).join(",");
    const other = await openRedisStore({ url: `redis-sentinel://baton@${asked}` });
    try {
      for (const proxy of proxies) {
        proxy.set({ latencyMs: 400 });
      }
      await sentinels.master.kill();
      await eventually(() => submit(other), { withinMs: FAILOVER_MS });
    } finally {
      await other.close();
      await Promise.all(proxies.map((proxy) => proxy.close()));
    }
  });
});

async function isReplicated(sentinels: TestSentinels, token: number): Promise<boolean> {
  const { Redis } = await import("ioredis");
  const client = new Redis(sentinels.replica.port, "127.0.0.1");
  try {
    const [run] = await client.hvalsBuffer("b{email}:r");
    const written = Buffer.alloc(8);
    written.writeBigUInt64LE(BigInt(token));
    return run?.includes(written.subarray(0, 7)) === true;
  } finally {
    client.disconnect();
  }
}
