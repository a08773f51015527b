import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openSqliteStore } from "../../../../server/src/store/sqlite/open.ts";
import type { Store } from "../../../../server/src/store/store.ts";
import { QUEUE } from "../../../support/task-factory.ts";
import { ManualClock } from "../../../support/time/manual-clock.ts";
import { orphansIn } from "../sqlite-audit.ts";

/** A file of an earlier schema for each test of one suite, and the store of today on it. */
export interface OldFile {
  /** The file until it is opened, with the row of one queue. */
  readonly db: DatabaseSync;
  readonly clock: ManualClock;
  /** Opens the file with the store of today. */
  open(): Store;
  /** Closes the store, and asserts that its file holds together. */
  assertSound(store: Store): Promise<void>;
}

/** Makes a file of these migrations and this version before each test of the suite that it is called in. */
export function oldFile(version: number, schema: string): OldFile {
  const stores: Store[] = [];
  let directory = "";
  let path = "";
  let db: DatabaseSync;
  let clock: ManualClock;

  beforeEach(() => {
    clock = new ManualClock();
    directory = mkdtempSync(join(tmpdir(), "baton-migrations-"));
    path = join(directory, "baton.db");
    db = new DatabaseSync(path, { enableForeignKeyConstraints: false });
    db.exec(schema);
    db.exec(`PRAGMA user_version = ${version}; PRAGMA application_id = 0x4261746e`);
    db.prepare("INSERT INTO queues (id, name) VALUES (1, ?)").run(QUEUE);
  });

  afterEach(async () => {
    for (const store of stores.splice(0)) {
      await store.close();
    }
    rmSync(directory, { recursive: true });
  });

  return {
    get db() {
      return db;
    },
    get clock() {
      return clock;
    },
    open: () => {
      db.close();
      const store = openSqliteStore({ path, clock, synchronous: "NORMAL" });
      stores.push(store);
      return store;
    },
    assertSound: async (store) => {
      await store.close();
      using closed = new DatabaseSync(path);
      assert.deepEqual(orphansIn(closed), []);
    },
  };
}
