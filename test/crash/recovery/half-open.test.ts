import { Cluster } from "../support/cluster.ts";
import { Load } from "../support/load/load.ts";
import { assertKeptPromises } from "../support/verdict-of.ts";

describe("A worker whose network fails without a word", function () {
  this.timeout(60_000);
  let cluster: Cluster;
  let load: Load;

  beforeEach(async () => {
    cluster = await Cluster.start({ store: "sqlite:%folder%/baton.db", leaseTtl: "2s" });
    load = new Load(cluster);
  });

  afterEach(async () => {
    load?.close();
    await cluster?.destroy();
  });

  /** A worker behind the proxy that has four tasks, and another that has room. */
  async function twoWorkers(): Promise<string[]> {
    await cluster.startRole("worker", "cut-off");
    const ids = await load.submit(4, { hangsOnce: true });
    await load.started(ids, "cut-off");
    await cluster.startRole("worker", "relief", { addresses: cluster.directAddresses });
    await load.welcomed("relief");
    return ids;
  }

  it("loses its tasks after the grace where only the dispatcher sees the end", async () => {
    const ids = await twoWorkers();
    cluster.proxy(0).halfOpen();
    await load.completed(ids, 10_000);
    cluster.proxy(0).heal();
    await assertKeptPromises(cluster, ["expiredLease"]);
  });

  it("loses its tasks after the ttl where nobody sees an end", async () => {
    const ids = await twoWorkers();
    cluster.proxy(0).blackHole();
    await load.completed(ids, 12_000);
    cluster.proxy(0).heal();
    await assertKeptPromises(cluster, ["expiredLease"]);
  });

  it("keeps its tasks where it is back within the grace", async () => {
    await cluster.startRole("worker", "cut-off");
    const ids = await load.submit(4, { workMs: 1_500 });
    await load.started(ids, "cut-off");
    cluster.proxy(0).resetAll();
    await load.completed(ids, 15_000);
    await assertKeptPromises(cluster, ["resumedSession"]);
  });
});
