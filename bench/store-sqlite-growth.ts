import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@baton/proto/shared";
import { openSqliteStore } from "../server/src/store/sqlite/open.ts";
import type { Store } from "../server/src/store/store.ts";
import { complete, lease, openSession, settlementOf } from "../test/store/conformance/actions.ts";
import { newTasks } from "../test/support/task-factory.ts";

// Prints what a task takes of SQLite's file while it waits, and how much more once it is done: the room that
// a store keeps for that on a full disk (server/src/store/sqlite/file/reserve.ts).

const TASKS = 20_000;
const BATCH = 100;
const TTL_MS = 3_600_000;
const CASES = [
  { payloadBytes: 10, resultBytes: 0 },
  { payloadBytes: 10, resultBytes: 100 },
  { payloadBytes: 1_000, resultBytes: 100 },
  { payloadBytes: 1_000, resultBytes: 1_000 },
];

async function bytesATask(path: string, work: (store: Store) => Promise<void>): Promise<number> {
  const store = openSqliteStore({ path, clock: systemClock, synchronous: "NORMAL" });
  await work(store);
  await store.close();
  return statSync(path).size / TASKS;
}

async function submitAll(store: Store, payloadBytes: number): Promise<void> {
  for (let done = 0; done < TASKS; done += BATCH) {
    await store.submit(newTasks(BATCH, { payload: Buffer.alloc(payloadBytes) }));
  }
}

async function completeAll(store: Store, resultBytes: number): Promise<void> {
  const outcome = complete("x".repeat(resultBytes));
  const session = await openSession(store, { ttlMs: TTL_MS });
  for (;;) {
    const tasks = await lease(store, session, { limit: BATCH });
    if (tasks.length === 0) {
      return;
    }
    await store.settle(tasks.map((task) => settlementOf(task, outcome)));
  }
}

for (const { payloadBytes, resultBytes } of CASES) {
  const folder = mkdtempSync(join(tmpdir(), "baton-growth-"));
  try {
    const path = join(folder, "baton.db");
    const waiting = await bytesATask(path, (store) => submitAll(store, payloadBytes));
    const done = await bytesATask(path, (store) => completeAll(store, resultBytes));
    console.log(
      `payload ${payloadBytes} bytes, result ${resultBytes}: ${waiting.toFixed(0)} bytes a waiting task, ` +
        `${(done - waiting).toFixed(0)} more once it is done`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
