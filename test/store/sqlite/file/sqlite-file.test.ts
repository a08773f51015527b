import assert from "node:assert/strict";
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore } from "../../../../server/src/store/sqlite/open.ts";
import type { Store } from "../../../../server/src/store/store.ts";
import { Child } from "../../../support/processes/child.ts";
import { newTask, newTasks } from "../../../support/task-factory.ts";
import { ManualClock } from "../../../support/time/manual-clock.ts";
import { countsOf } from "../../conformance/actions.ts";

const HOLDER = join(import.meta.dirname, "../../../support/processes/hold-sqlite-store.ts");

describe("A SQLite store whose files are taken away", () => {
  const stores: Store[] = [];
  let directory = "";
  let folder = "";
  let path = "";
  let store: Store;

  const open = (file = path): Store => {
    const opened = openSqliteStore({ path: file, clock: new ManualClock(), synchronous: "FULL" });
    stores.push(opened);
    return opened;
  };
  const startOther = (): Child =>
    new Child({
      command: process.execPath,
      args: ["--conditions=source", HOLDER, path],
      hasChannel: true,
    });
  const copyOver = (): void => {
    copyFileSync(path, join(directory, "copy.db"));
    renameSync(join(directory, "copy.db"), path);
  };

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "baton-file-"));
    folder = join(directory, "data");
    path = join(folder, "baton.db");
    store = open();
    await store.submit(newTasks(3));
  });

  afterEach(async () => {
    for (const opened of stores.splice(0)) {
      await opened.close();
    }
    rmSync(directory, { recursive: true });
  });

  const LOSSES = [
    { what: "was removed", reason: /baton\.db was removed/, lose: () => rmSync(path) },
    {
      what: "was moved",
      reason: /baton\.db was removed/,
      lose: () => renameSync(path, join(directory, "moved.db")),
    },
    { what: "was replaced by a copy of itself", reason: /was replaced/, lose: copyOver },
    {
      what: "has a journal that was replaced",
      reason: /baton\.db-wal was replaced/,
      lose: () => {
        rmSync(`${path}-wal`);
        writeFileSync(`${path}-wal`, "");
      },
    },
    {
      what: "is in a folder that was moved",
      reason: /baton\.db was removed/,
      lose: () => renameSync(folder, join(directory, "moved")),
    },
    {
      what: "is in a folder that was removed",
      reason: /baton\.db was removed/,
      lose: () => rmSync(folder, { recursive: true }),
    },
  ];
  for (const { what, reason, lose } of LOSSES) {
    it(`acknowledges nothing once the file ${what}, and says why`, async () => {
      lose();
      await assert.rejects(store.submit([newTask()]), { kind: "unknown", message: reason });
      await assert.rejects(store.submit([newTask()]), { kind: "unavailable", message: reason });
      await assert.rejects(store.get([]), { kind: "unavailable", message: reason });
    });
  }

  it("notices it at a call that only reads, as a probe is", async () => {
    rmSync(path);
    await assert.rejects(store.get([]), { kind: "unavailable" });
    await assert.rejects(store.submit([newTask()]), { kind: "unavailable" });
  });

  it("goes on where the file is back in its place, with all that was acknowledged", async () => {
    const moved = join(directory, "moved.db");
    renameSync(path, moved);
    await assert.rejects(store.get([]), { kind: "unavailable" });
    renameSync(moved, path);
    await store.submit([newTask()]);
    assert.equal((await countsOf(store)).READY, 4);
  });

  it("leaves everything that it acknowledged in the file that was moved, and an empty journal", async () => {
    const moved = join(directory, "moved.db");
    renameSync(path, moved);
    await assert.rejects(store.get([]), { kind: "unavailable" });
    assert.equal(statSync(`${path}-wal`).size, 0, "nobody takes it for another file's");
    await store.close();
    assert.equal((await countsOf(open(moved))).READY, 3);
  });

  it("writes what a removed journal held into the database, and goes on with another", async () => {
    rmSync(`${path}-wal`);
    await store.submit([newTask()]);
    await store.submit([newTask()]);
    // As a process leaves them that is killed now.
    const killed = join(directory, "killed.db");
    copyFileSync(path, killed);
    copyFileSync(`${path}-wal`, `${killed}-wal`);
    assert.equal((await countsOf(open(killed))).READY, 5);
    assert.deepEqual(readdirSync(folder).sort(), ["baton.db", "baton.db-lock", "baton.db-wal"]);
  });

  it("keeps other processes from a file in its place for as long as it lives", async () => {
    copyOver();
    const other = startOther();
    await other.ends();
    assert.match(other.complaints, /is in use by another process/);
    await store.close();
    const later = startOther();
    await later.line(/^open$/);
    await later.kill();
  });

  it("takes nothing from another process that has made everything anew", async () => {
    rmSync(folder, { recursive: true });
    await assert.rejects(store.get([]), { kind: "unavailable" });
    const other = startOther();
    try {
      await other.line(/^open$/);
      await store.close();
    } finally {
      await other.kill();
    }
    assert.equal((await countsOf(open())).READY, 1);
  });
});
