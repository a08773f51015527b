import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openSqliteStore } from "../../../server/src/store/sqlite/open.ts";
import { ManualClock } from "../../support/time/manual-clock.ts";
import {
  DEAD_RETENTION_MS,
  type StoreHarness,
  type StoreUnderTest,
} from "../conformance/harness.ts";
import { orphansIn, residueIn } from "./sqlite-audit.ts";

/** Drives the SQLite store: a file of its own for each test, and a clock that stands still. */
export const sqliteHarness: StoreHarness = { name: "SQLite", start: async () => start() };

// Nothing here is about the disk, and waiting for it is most of the time that these tests take.
const IN_MEMORY = "/dev/shm";

function start(): StoreUnderTest {
  const directory = mkdtempSync(join(existsSync(IN_MEMORY) ? IN_MEMORY : tmpdir(), "baton-"));
  const clock = new ManualClock();
  const terms = { synchronous: "NORMAL", deadRetentionMs: DEAD_RETENTION_MS } as const;
  const open = (path: string) => openSqliteStore({ path, clock, ...terms });
  let files = 0;
  let path = join(directory, `${files}.db`);
  let store = open(path);

  // What a process that dies leaves behind: the files as they are, with nothing written at the end.
  const copy = (): string => {
    files += 1;
    const copied = join(directory, `${files}.db`);
    copyFileSync(path, copied);
    if (existsSync(`${path}-wal`)) {
      copyFileSync(`${path}-wal`, `${copied}-wal`);
    }
    return copied;
  };
  const audit = async (inspect: (db: DatabaseSync) => string[]): Promise<string[]> => {
    using db = new DatabaseSync(copy());
    return inspect(db);
  };

  return {
    get store() {
      return store;
    },
    another: async () => store,
    nowMs: async () => clock.nowMs(),
    advance: async (ms) => clock.advance(ms),
    crash: async () => {
      const dead = store;
      path = copy();
      store = open(path);
      await dead.close();
      return store;
    },
    residue: () => audit(residueIn),
    orphans: () => audit(orphansIn),
    stop: async () => {
      await store.close();
      rmSync(directory, { recursive: true });
    },
  };
}
