import assert from "node:assert/strict";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openSqliteStore } from "../../../../server/src/store/sqlite/open.ts";
import { type Store, StoreOpenError } from "../../../../server/src/store/store.ts";
import { Child } from "../../../support/processes/child.ts";
import { newTask, QUEUE } from "../../../support/task-factory.ts";
import { ManualClock } from "../../../support/time/manual-clock.ts";
import { countsOf } from "../../conformance/actions.ts";

describe("Opening a SQLite store", () => {
  const stores: Store[] = [];
  let directory = "";
  let path = "";

  const open = (file = path): Store => {
    const store = openSqliteStore({ path: file, clock: new ManualClock(), synchronous: "FULL" });
    stores.push(store);
    return store;
  };
  const query = (sql: string): unknown => {
    using db = new DatabaseSync(path);
    return db.prepare(sql).get();
  };
  const execute = (sql: string): void => {
    using db = new DatabaseSync(path);
    db.exec(sql);
  };
  /** Asserts that the file is refused with one line that names it. */
  const assertRefused = (reason: RegExp, file = path): void => {
    assert.throws(
      () => open(file),
      (error) => {
        assert.ok(error instanceof StoreOpenError, String(error));
        assert.match(error.message, reason);
        assert.ok(error.message.includes(file), error.message);
        assert.doesNotMatch(error.message, /\n/);
        return true;
      },
    );
  };

  /** Asserts that a file is refused, and that nothing of it or beside it has changed. */
  const assertRefusedUntouched = (reason: RegExp): void => {
    chmodSync(path, 0o644);
    const before = readFileSync(path);
    assertRefused(reason);
    assert.deepEqual(readFileSync(path), before);
    assert.equal(statSync(path).mode & 0o777, 0o644);
    assert.deepEqual(readdirSync(join(directory, "data")), ["baton.db"]);
  };
  /** Another process that opens a file, and says so. */
  const holding = (file: string) => ({
    command: process.execPath,
    args: [
      "--conditions=source",
      join(import.meta.dirname, "../../../support/processes/hold-sqlite-store.ts"),
      file,
    ],
    hasChannel: true,
  });

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "baton-open-"));
    path = join(directory, "data", "baton.db");
  });

  afterEach(async () => {
    for (const store of stores.splice(0)) {
      await store.close();
    }
    rmSync(directory, { recursive: true });
  });

  it("makes the file and its directory, for the owner alone", async () => {
    await open().submit([newTask()]);
    assert.equal(statSync(join(directory, "data")).mode & 0o777, 0o700);
    for (const file of readdirSync(join(directory, "data"))) {
      assert.equal(statSync(join(directory, "data", file)).mode & 0o777, 0o600, file);
    }
  });

  it("takes the file from others who could read it", async () => {
    await open().close();
    chmodSync(path, 0o644);
    open();
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  it("finds again what was stored, and keeps nothing in memory's file", async () => {
    const store = open();
    await store.submit([newTask(), newTask()]);
    await store.close();
    assert.equal((await countsOf(open())).READY, 2);

    const volatile = open(":memory:");
    await volatile.submit([newTask()]);
    assert.deepEqual(await open(":memory:").stats(), []);
  });

  it("writes ahead, syncs each commit where asked, and marks the file as its own", async () => {
    await open().close();
    assert.deepEqual({ ...(query("PRAGMA journal_mode") as object) }, { journal_mode: "wal" });
    assert.deepEqual(
      { ...(query("PRAGMA application_id") as object) },
      {
        application_id: 0x4261746e,
      },
    );
  });

  it("takes an empty file as a new one", async () => {
    mkdirSync(join(directory, "data"));
    writeFileSync(path, "");
    await open().submit([newTask()]);
  });

  it("refuses a file that is no database", () => {
    mkdirSync(join(directory, "data"));
    writeFileSync(path, "these are not the bytes of a database, whatever their name says");
    assertRefusedUntouched(/is not a SQLite database/);
    writeFileSync(path, "short");
    assertRefusedUntouched(/is not a SQLite database/);
  });

  it("refuses another program's database and leaves it as it is", () => {
    mkdirSync(join(directory, "data"));
    execute("CREATE TABLE notes (text TEXT)");
    assertRefusedUntouched(/is another program's database/);
    execute("PRAGMA user_version = 1; DROP TABLE notes");
    assertRefusedUntouched(/is another program's database/);
  });

  it("refuses another program's database beside its journal", () => {
    mkdirSync(join(directory, "data"));
    const theirs = join(directory, "theirs.db");
    using db = new DatabaseSync(theirs);
    db.exec("PRAGMA journal_mode = WAL; CREATE TABLE notes (text TEXT)");
    copyFileSync(theirs, path);
    copyFileSync(`${theirs}-wal`, `${path}-wal`);
    chmodSync(path, 0o644);
    assertRefused(/is another program's database/);
    assert.equal(statSync(path).mode & 0o777, 0o644);
    assert.deepEqual({ ...(query("SELECT count(*) AS count FROM notes") as object) }, { count: 0 });
  });

  it("opens what a link leads to, for one process by whichever name", async () => {
    const link = join(directory, "link.db");
    await open().close();
    symlinkSync(path, link);
    await open(link).submit([newTask()]);
    assertRefused(/is in use by another process/);
    assert.deepEqual(
      readdirSync(directory).sort(),
      ["data", "link.db"],
      "no journal beside a link",
    );
  });

  it("leaves a file in use alone: its locks are still there for other processes", async () => {
    open();
    assertRefused(/is in use by another process/);
    const holder = new Child(holding(path));
    await holder.ends();
    assert.match(holder.complaints, /is in use by another process/);
  });

  it("refuses a database that a newer version wrote", async () => {
    await open().close();
    execute("PRAGMA user_version = 999");
    assertRefused(/was written by a newer Baton \(schema 999/);
  });

  it("refuses a database whose tables it does not read any more, and says what to do", async () => {
    await open().close();
    execute("PRAGMA user_version = 3");
    assertRefused(/was written by a Baton before 0\.1 \(schema 3\).*: move it away/);
  });

  it("refuses a damaged database", async () => {
    const store = open();
    await store.submit(Array.from({ length: 100 }, () => newTask()));
    await store.close();
    const damaged = Buffer.alloc(statSync(path).size, 0xff);
    damaged.write("SQLite format 3\0", "latin1");
    writeFileSync(path, damaged);
    assertRefused(/cannot open|is not a SQLite database/);
  });

  it("refuses a path that cannot be written", () => {
    writeFileSync(join(directory, "data"), "a file where a directory should be");
    assertRefused(/cannot write/);
    assertRefused(/cannot write/, directory);
  });

  it("refuses a file that this process has open already", () => {
    open();
    assertRefused(/is in use by another process/);
  });

  it("refuses a file that another process has open, until that one is gone", async () => {
    const holder = new Child(holding(path));
    try {
      await holder.line(/^open$/);
      assertRefused(/is in use by another process/);
    } finally {
      await holder.kill();
    }
    const store = open();
    assert.equal((await countsOf(store)).READY, 1);
  });

  it("refuses every call after it was closed, and may be closed again", async () => {
    const store = open();
    await store.close();
    await store.close();
    const closed = { name: "StoreError", kind: "unavailable" };
    await assert.rejects(store.submit([newTask()]), closed);
    await assert.rejects(store.get([]), closed);
    await assert.rejects(store.sweep(QUEUE, 1), closed);
  });
});
