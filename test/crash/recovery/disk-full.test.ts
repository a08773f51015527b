import assert from "node:assert/strict";
import { mountSmallDisk } from "../../support/small-disk.ts";
import { eventually } from "../../support/time/eventually.ts";
import { Cluster } from "../support/cluster.ts";
import { Load } from "../support/load/load.ts";
import { assertKeptPromises } from "../support/verdict-of.ts";

const DISK_MEBIBYTES = 12;

describe("A dispatcher whose disk is full", function () {
  this.timeout(60_000);
  const disk = mountSmallDisk(DISK_MEBIBYTES);

  after(() => disk?.unmount());

  if (disk === null) {
    console.log("without root no small disk can be mounted: a full disk is left out");
    return;
  }

  it("refuses submits, works off what it has, and goes on once there is room", async () => {
    const cluster = await Cluster.start({ store: `sqlite:${disk.folder}/baton.db` });
    try {
      const load = new Load(cluster);
      const kept = await load.submit(100);
      disk.fill();
      const refused = await load.submit(20, { padding: "x".repeat(100_000) });
      assert.ok(refused.length < 20, "a full disk takes no more");
      await cluster.startRole("worker", "worker");
      await load.completed([...kept, ...refused]);
      disk.empty();
      const first = await eventually(async () => {
        const ids = await load.submit(1);
        assert.equal(ids.length, 1, "there is no room so far");
        return ids;
      });
      const more = await load.submit(10);
      assert.equal(more.length, 10, "there is room again");
      await load.completed([...first, ...more]);
      load.close();
      await assertKeptPromises(cluster);
    } finally {
      await cluster.destroy();
    }
  });
});
