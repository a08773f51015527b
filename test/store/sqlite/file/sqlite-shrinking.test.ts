import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import {
  KEPT_BYTES,
  PAGES_A_TURN,
  Shrinker,
  UNUSED_MS,
} from "../../../../server/src/store/sqlite/file/shrinker.ts";
import { openSqliteStore } from "../../../../server/src/store/sqlite/open.ts";
import type { Store } from "../../../../server/src/store/store.ts";
import { newTasks, QUEUE } from "../../../support/task-factory.ts";
import { ManualClock } from "../../../support/time/manual-clock.ts";
import { find, only } from "../../conformance/actions.ts";

const OPERATIONS = new URL("../../../../docs/operations.md", import.meta.url);
const PAGE_BYTES = 4_096;
const KEPT_PAGES = KEPT_BYTES / PAGE_BYTES;
const SECOND_MS = 1_000;
const AUTO_CHECKPOINT_BYTES = 4_096 * PAGE_BYTES;
const ROWS = 700;

describe("The unused pages of a SQLite database", () => {
  let directory: string;
  let db: DatabaseSync;
  let clock: ManualClock;
  let mayTurn: boolean;
  let turns: number[];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "baton-shrinking-"));
    db = new DatabaseSync(join(directory, "any.db"));
    db.exec("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL");
    db.exec("CREATE TABLE rows (id INTEGER PRIMARY KEY, bytes BLOB)");
    clock = new ManualClock();
    mayTurn = true;
    turns = [];
  });

  afterEach(() => {
    db?.close();
    rmSync(directory, { recursive: true });
  });

  const pages = (name: "page_count" | "freelist_count") =>
    Number(only(db.prepare(`PRAGMA ${name}`).all())[name]);

  /** Takes about 40 KiB a row. */
  function grow(rows = ROWS): void {
    const insert = db.prepare("INSERT INTO rows (bytes) VALUES (zeroblob(40000))");
    db.exec("BEGIN");
    for (let row = 0; row < rows; row += 1) {
      insert.run();
    }
    db.exec("COMMIT");
  }

  const empty = () => db.exec("DELETE FROM rows");

  function shrinker(): Shrinker {
    const made = new Shrinker(db, clock);
    made.start(() => {
      turns.push(pages("page_count"));
      return mayTurn;
    });
    return made;
  }

  /** Lets time pass in which the database is looked at once a second. */
  function pass(ms: number, each: Shrinker): void {
    for (let passed = 0; passed < ms; passed += SECOND_MS) {
      clock.advance(SECOND_MS);
      each.look();
    }
  }

  it("are given back once they were not needed for a while, but for some, a few a turn", () => {
    grow();
    empty();
    const before = pages("page_count");
    assert.ok(pages("freelist_count") > 3 * KEPT_PAGES);
    const each = shrinker();
    pass(UNUSED_MS - SECOND_MS, each);
    assert.deepEqual([turns.length, pages("page_count")], [0, before]);
    pass(60 * SECOND_MS, each);
    assert.equal(pages("freelist_count"), KEPT_PAGES);
    assert.ok(statSync(join(directory, "any.db")).size < KEPT_BYTES + 10 * PAGE_BYTES);
    const taken = turns.map((count, at) => count - (turns[at + 1] ?? pages("page_count")));
    // A page of the map of pages, one for 819 of them, goes with those that it maps.
    assert.ok(Math.max(...taken) <= PAGES_A_TURN + 1, `${Math.max(...taken)} in a turn`);
    assert.equal(clock.pendingTimers, 0);
    const made = turns.length;
    pass(3 * UNUSED_MS, each);
    assert.equal(turns.length, made, "and no more");
  });

  it("are kept where they were needed meanwhile, and where they are few", () => {
    const each = shrinker();
    for (let times = 0; times < 3; times += 1) {
      grow();
      pass(UNUSED_MS / 2, each);
      empty();
      pass(UNUSED_MS / 2, each);
    }
    grow(ROWS / 4);
    empty();
    assert.deepEqual(turns, []);
    assert.ok(pages("freelist_count") > 3 * KEPT_PAGES);
  });

  it("are kept to half of what is used, where that is more", () => {
    grow(4 * ROWS);
    db.exec(`DELETE FROM rows WHERE id > ${2 * ROWS - 100}`);
    const used = pages("page_count") - pages("freelist_count");
    assert.ok(used > 4 * KEPT_PAGES && pages("freelist_count") > used);
    const each = shrinker();
    pass(UNUSED_MS + 120 * SECOND_MS, each);
    const left = pages("page_count") - pages("freelist_count");
    assert.ok(Math.abs(pages("freelist_count") - left / 2) < 40, `${pages("freelist_count")}`);
  });

  it("wait for a moment in which nobody asks for anything", () => {
    grow();
    empty();
    const before = pages("page_count");
    const each = shrinker();
    pass(UNUSED_MS, each);
    for (let at = 0; at < 500; at += 1) {
      clock.advance(15);
      each.look();
    }
    assert.deepEqual([turns.length, pages("page_count")], [0, before]);
    mayTurn = false;
    clock.advance(5 * SECOND_MS);
    assert.equal(pages("page_count"), before);
    assert.ok(turns.length > 100);
    mayTurn = true;
    clock.advance(25);
    assert.ok(pages("page_count") < before);
    each.close();
    assert.equal(clock.pendingTimers, 0);
  });

  it("stay where a statement fails, and are tried again later", () => {
    grow();
    empty();
    const before = pages("page_count");
    const each = shrinker();
    const reader = new DatabaseSync(join(directory, "any.db"), { timeout: 0 });
    reader.exec("BEGIN IMMEDIATE");
    pass(UNUSED_MS + 5 * SECOND_MS, each);
    assert.deepEqual([pages("page_count"), clock.pendingTimers], [before, 0]);
    reader.exec("COMMIT");
    reader.close();
    pass(UNUSED_MS + 60 * SECOND_MS, each);
    assert.equal(pages("freelist_count"), KEPT_PAGES);
  });
});

describe("A SQLite file", () => {
  let directory: string;
  let path: string;
  let clock: ManualClock;
  let store: Store;

  const sizeOf = (file: string) => statSync(file).size;
  const open = () => openSqliteStore({ path, clock, synchronous: "NORMAL" });

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "baton-shrinking-"));
    path = join(directory, "baton.db");
    clock = new ManualClock();
  });

  afterEach(async () => {
    await store?.close();
    rmSync(directory, { recursive: true });
  });

  async function fillAndPurge(): Promise<void> {
    const overrides = { payload: Buffer.alloc(100_000), retentionMs: 0 };
    for (let batch = 0; batch < 10; batch += 1) {
      const tasks = newTasks(40, overrides);
      await store.submit(tasks);
      await store.cancel(tasks.map(({ id }) => ({ taskId: id, reason: "" })));
    }
    let purged = 0;
    while (purged < 400) {
      purged += (await store.sweep(QUEUE, 100)).purged;
    }
  }

  /** Lets time pass in which the store's health is asked for, as a dispatcher does. */
  async function pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 2 * SECOND_MS) {
      clock.advance(2 * SECOND_MS);
      await store.get([]);
    }
  }

  it("gets small again once its tasks are purged, and goes on", async () => {
    store = open();
    const [kept] = newTasks(1);
    assert.ok(kept);
    await store.submit([kept]);
    await fillAndPurge();
    await pass(SECOND_MS);
    assert.ok(sizeOf(path) > 30_000_000, `${sizeOf(path)}`);
    await pass(UNUSED_MS + 60 * SECOND_MS);
    assert.ok(sizeOf(path) < KEPT_BYTES + 1_000_000, `${sizeOf(path)}`);
    assert.equal(sizeOf(`${path}-wal`), 0);
    assert.equal((await find(store, kept.id)).state, "READY");
    await fillAndPurge();
    await store.close();
    assert.deepEqual(checked(), [{ integrity_check: "ok" }]);
    store = open();
    assert.equal((await find(store, kept.id)).state, "READY");
  });

  it("that was made before this was so works as it did, until VACUUM has changed it", async () => {
    const older = new DatabaseSync(path);
    older.exec("PRAGMA journal_mode = WAL");
    older.close();
    store = open();
    await fillAndPurge();
    await pass(UNUSED_MS + 60 * SECOND_MS);
    await store.close();
    assert.ok(sizeOf(path) > 30_000_000, `${sizeOf(path)}`);
    const operator = new DatabaseSync(path);
    operator.exec(/sqlite3 baton\.db "(.+)"/.exec(readFileSync(OPERATIONS, "utf8"))?.[1] ?? "");
    operator.close();
    assert.ok(sizeOf(path) < 1_000_000, `${sizeOf(path)}`);
    store = open();
    await fillAndPurge();
    await pass(UNUSED_MS + 60 * SECOND_MS);
    assert.ok(sizeOf(path) < KEPT_BYTES + 1_000_000, `${sizeOf(path)}`);
  });

  it("has a journal that gives back what a large transaction took", async () => {
    store = open();
    const large = newTasks(300, { payload: Buffer.alloc(200_000) });
    await store.submit(large);
    assert.ok(sizeOf(`${path}-wal`) > 2 * AUTO_CHECKPOINT_BYTES, `${sizeOf(`${path}-wal`)}`);
    await store.submit(newTasks(1));
    assert.ok(sizeOf(`${path}-wal`) <= AUTO_CHECKPOINT_BYTES, `${sizeOf(`${path}-wal`)}`);
  });

  function checked(): unknown[] {
    const reader = new DatabaseSync(path);
    const rows = reader.prepare("PRAGMA integrity_check").all();
    reader.close();
    return rows.map((row) => ({ ...row }));
  }
});
