import { FaultProxy } from "../../support/grpc/fault-proxy.ts";
import { pause } from "../../support/time/pause.ts";
import { Cluster } from "../support/cluster.ts";
import { monotonicMs } from "../support/history/history.ts";
import { startAutomation } from "../support/load/automation.ts";
import { canMoveClocks, RedisHost } from "../support/redis-host.ts";
import { assertKeptPromises } from "../support/verdict-of.ts";

const MINUTE_MS = 60_000;

describe("Redis", function () {
  this.timeout(90_000);

  it("loses nothing but what its replica had not yet when it fails over", async () => {
    const master = await RedisHost.start();
    const replica = await RedisHost.start({ replicaOf: master.port });
    const proxy = await FaultProxy.open(master.port);
    await replica.inSync();
    const cluster = await Cluster.start({
      store: `redis://127.0.0.1:${proxy.port}/0`,
      dispatchers: 3,
    });
    try {
      await startAutomation(cluster);
      await cluster.startRole("worker", "worker0");
      await cluster.startRole("worker", "worker1");
      await cluster.startRole("rogue", "rogue");
      await cluster.startRole("submitter", "submitter", { rate: 30 });
      await cluster.startRole("publisher", "publisher", { rate: 10 });
      await pause(2_000);
      const fromMs = monotonicMs() - 1_000;
      replica.process.signal("SIGSTOP");
      await pause(1_000);
      await master.process.kill();
      replica.process.signal("SIGCONT");
      await replica.command("REPLICAOF", "NO", "ONE");
      proxy.retarget(replica.port);
      const toMs = monotonicMs() + 500;
      await pause(4_000);
      await cluster.stopRoles("submitter");
      await cluster.stopRoles("publisher");
      await cluster.stopRoles("rogue");
      await assertKeptPromises(
        cluster,
        ["staleSettle", "repeatedEvent"],
        { mayForget: [{ fromMs, toMs }] },
        replica.port,
      );
    } finally {
      await cluster.destroy();
      await proxy.close();
      await replica.stop();
      await master.stop();
    }
  });

  if (canMoveClocks()) {
    it("keeps every promise but punctuality while its clock jumps by a minute", async () => {
      const redis = await RedisHost.start({ hasClockShim: true });
      const cluster = await Cluster.start({ store: redis.url, dispatchers: 3 });
      try {
        await startAutomation(cluster);
        await cluster.startRole("worker", "worker0");
        await cluster.startRole("worker", "worker1");
        await cluster.startRole("rogue", "rogue");
        await cluster.startRole("submitter", "submitter", { rate: 20 });
        await cluster.startRole("publisher", "publisher", { rate: 10 });
        for (const [n, jumpMs] of [-MINUTE_MS, 0, MINUTE_MS].entries()) {
          await pause(1_500);
          redis.jumpClock(jumpMs);
          await cluster.killDispatcher(n);
          await cluster.startDispatcher(n);
        }
        await pause(1_500);
        await cluster.stopRoles("submitter");
        await cluster.stopRoles("publisher");
        await cluster.stopRoles("rogue");
        await assertKeptPromises(cluster, ["expiredLease"], { isClockTrue: false }, redis.port);
      } finally {
        await cluster.destroy();
        await redis.stop();
      }
    });
  } else {
    console.log("without a C compiler the clock of Redis cannot be moved: left out");
  }
});
