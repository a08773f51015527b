import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import { COLLECTIONS } from "../../server/src/store/documents.ts";
import { openRedis } from "../../server/src/store/redis/open-redis-store.ts";
import {
  cancel,
  complete,
  leaseOne,
  openSession,
  settle,
  submit,
  sweep,
} from "../store/conformance/actions.ts";
import { startRedis } from "../support/redis/redis-server.ts";

const OPERATIONS = join(import.meta.dirname, "../../docs/operations.md");

/** The rights that a user of Redis needs, as the operator reads them; not those for a cluster. */
function statedRights(): string[] {
  const [, bullet = ""] =
    /^\* \*\*ACL\.\*\*(.+?); in a cluster/ms.exec(readFileSync(OPERATIONS, "utf8")) ?? [];
  return [...bullet.matchAll(/`([^`]+)`/g)].flatMap(([, rights = ""]) => rights.split(/\s+/));
}

describe("The rights in Redis that docs/operations.md states", () => {
  it("are enough for a store", async () => {
    const rights = statedRights();
    assert.ok(rights.includes("+fcall"), "they were found");
    const server = await startRedis();
    const admin = new Redis(server.url);
    try {
      await admin.acl("SETUSER", "baton", "on", ">secret", ...rights);
      const { store, documents } = await openRedis({
        url: `redis://baton:secret@127.0.0.1:${server.port}`,
      });
      const cancelled = await submit(store);
      await cancel(store, cancelled);
      const id = await submit(store);
      const task = await leaseOne(store, await openSession(store));
      assert.equal((await settle(store, task, complete())).kind, "ok");
      await sweep(store);
      assert.equal((await store.get([id], { watch: true, ahead: true }))[0]?.state, "SUCCEEDED");
      assert.equal((await store.stats()).length, 1);
      const put = { name: "a", body: Buffer.from("b"), due: null, expectedVersion: null };
      await documents.put(COLLECTIONS.schedules, [put]);
      assert.equal((await documents.list(COLLECTIONS.schedules, null, 10)).length, 1);
      await documents.nowMs();
      await store.close();
    } finally {
      admin.disconnect();
      await server.stop();
    }
  });
});
