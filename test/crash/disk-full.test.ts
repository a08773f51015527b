import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cluster } from "./support/cluster.ts";
import { Load } from "./support/load.ts";
import { assertKeptPromises } from "./support/verdict-of.ts";

const MEBIBYTE = 1024 * 1024;

/** Mounts a small file system in memory, which only root may; null where that is not possible. */
function mountSmallDisk(): string | null {
  const folder = mkdtempSync(join(tmpdir(), "baton-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=12m", "tmpfs", folder], { stdio: "ignore" });
    return folder;
  } catch {
    rmSync(folder, { recursive: true });
    return null;
  }
}

describe("A dispatcher whose disk is full", function () {
  this.timeout(60_000);
  const disk = mountSmallDisk();

  after(() => {
    if (disk !== null) {
      execFileSync("umount", [disk]);
      rmSync(disk, { recursive: true });
    }
  });

  if (disk === null) {
    console.log("without root no small disk can be mounted: a full disk is left out");
    return;
  }

  it("refuses submits, lives, keeps what it has, and goes on once there is room", async () => {
    const cluster = await Cluster.start({ store: `sqlite:${disk}/baton.db` });
    try {
      const load = new Load(cluster);
      const kept = await load.submit(10);
      const filler = join(disk, "filler");
      assert.throws(() => writeFileSync(filler, Buffer.alloc(20 * MEBIBYTE)), /ENOSPC/);
      const refused = await load.submit(20, { padding: "x".repeat(100_000) });
      assert.ok(refused.length < 20, "a full disk takes no more");
      rmSync(filler);
      const more = await load.submit(10);
      assert.equal(more.length, 10, "there is room again");
      await cluster.startRole("worker", "worker");
      await load.completed([...kept, ...more]);
      load.close();
      await assertKeptPromises(cluster);
    } finally {
      await cluster.destroy();
    }
  });
});
