import assert from "node:assert/strict";
import { eventually } from "../../support/time/eventually.ts";
import { Cluster } from "../support/cluster.ts";
import { Load } from "../support/load/load.ts";
import { RedisHost } from "../support/redis-host.ts";
import { assertKeptPromises } from "../support/verdict-of.ts";

describe("A dispatcher whose Redis is full", function () {
  this.timeout(60_000);

  it("refuses submits, has what waits worked off by workers that come only then, and goes on", async () => {
    const redis = await RedisHost.start();
    const cluster = await Cluster.start({ store: redis.url });
    try {
      const load = new Load(cluster);
      const kept = await load.submit(300);
      await redis.command("CONFIG", "SET", "maxmemory", "1");
      assert.deepEqual(await load.submit(5), []);
      await cluster.startRole("worker", "worker");
      await load.completed(kept);
      await redis.command("CONFIG", "SET", "maxmemory", "0");
      const more = await eventually(async () => {
        const ids = await load.submit(1);
        assert.equal(ids.length, 1, "there is no room so far");
        return ids;
      });
      await load.completed(more);
      load.close();
      await assertKeptPromises(cluster);
    } finally {
      await cluster.destroy();
      await redis.stop();
    }
  });
});
