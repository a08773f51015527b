import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { systemClock } from "@baton/proto/shared";
import { PAGES_A_TURN } from "../server/src/store/sqlite/file/shrinker.ts";
import { openSqliteStore } from "../server/src/store/sqlite/open.ts";
import { complete, lease, openSession, settlementOf } from "../test/store/conformance/actions.ts";
import { newTasks } from "../test/support/task-factory.ts";
import { summaryOf } from "./report/figures.ts";

// Prints what it costs that a SQLite file can shrink: what tasks take of the processor in a file that can and in
// one that cannot, in turn, and how long a turn of giving pages back takes.

const ROUNDS = 8;
const TASKS = 10_000;
const BATCH = 100;
const ROWS = 60_000;

/** Processor time of submitting, leasing and completing, ms. */
async function workOff(folder: string, canShrink: boolean): Promise<number> {
  const path = join(folder, `${canShrink}.db`);
  if (!canShrink) {
    const older = new DatabaseSync(path);
    older.exec("PRAGMA journal_mode = WAL");
    older.close();
  }
  const store = openSqliteStore({ path, clock: systemClock, synchronous: "NORMAL" });
  const session = await openSession(store, { ttlMs: 3_600_000 });
  const began = process.cpuUsage();
  for (let done = 0; done < TASKS; done += BATCH) {
    await store.submit(newTasks(BATCH, { payload: Buffer.alloc(100) }));
  }
  for (let done = 0; done < TASKS; done += BATCH) {
    const tasks = await lease(store, session, { limit: BATCH });
    await store.settle(tasks.map((task) => settlementOf(task, complete("done"))));
  }
  const { user, system } = process.cpuUsage(began);
  await store.close();
  return (user + system) / 1_000;
}

function turnsOf(folder: string): void {
  const path = join(folder, "turns.db");
  const db = new DatabaseSync(path);
  db.exec("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  db.exec(
    "CREATE TABLE rows (id INTEGER PRIMARY KEY, bytes BLOB); CREATE INDEX any ON rows (bytes)",
  );
  db.exec(`WITH RECURSIVE ids (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM ids WHERE id < ${ROWS})
    INSERT INTO rows SELECT id, randomblob(300) FROM ids`);
  // One in fifty stays, so that pages have to be moved.
  db.exec("DELETE FROM rows WHERE id % 50 <> 0");
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  const before = statSync(path).size;
  const tookMs: number[] = [];
  for (let turn = 0; turn < 100; turn += 1) {
    const beganMs = performance.now();
    db.exec(`PRAGMA incremental_vacuum(${PAGES_A_TURN})`);
    tookMs.push(performance.now() - beganMs);
  }
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  const { median, max } = summaryOf(tookMs);
  console.log(
    `A turn of ${PAGES_A_TURN} pages: median ${median.toFixed(1)} ms, longest of 100 ${max.toFixed(1)} ms; ` +
      `${(before / 1e6).toFixed(1)} MB became ${(statSync(path).size / 1e6).toFixed(1)} MB.`,
  );
  db.close();
}

const folder = mkdtempSync(join(tmpdir(), "baton-shrinking-"));
try {
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const each = join(folder, `${round}-`);
    const isFirst = round % 2 === 0;
    const one = await workOff(mkdtempSync(each), isFirst);
    const other = await workOff(mkdtempSync(each), !isFirst);
    ratios.push(isFirst ? one / other : other / one);
  }
  const { median, min, max } = summaryOf(ratios);
  console.log(
    `Processor time of ${TASKS} tasks in a file that can shrink: ${median.toFixed(2)} times ` +
      `that in one that cannot (${min.toFixed(2)} to ${max.toFixed(2)} in ${ROUNDS} rounds).`,
  );
  turnsOf(folder);
} finally {
  rmSync(folder, { recursive: true });
}
