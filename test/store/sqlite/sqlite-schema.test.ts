import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { TASK_STATES } from "../../../server/src/domain/task-state.ts";
import { migrate } from "../../../server/src/store/sqlite/file/migrations.ts";
import { storeErrorOf } from "../../../server/src/store/sqlite/sqlite-error.ts";
import { prepareStatements } from "../../../server/src/store/sqlite/statements/statements.ts";
import { StoreError } from "../../../server/src/store/store.ts";

// Not of what another search found, nor of a list that is bound to the statement.
const READS_ALL = /^SCAN (?!\(subquery-1\)|CONSTANT ROW|j VIRTUAL TABLE)|TEMP B-TREE/;

describe("The SQLite schema", () => {
  const databases: DatabaseSync[] = [];

  const open = (path = ":memory:"): DatabaseSync => {
    const db = new DatabaseSync(path, { enableForeignKeyConstraints: false });
    databases.push(db);
    return db;
  };
  const migrated = (): DatabaseSync => {
    const db = open();
    migrate(db, "test.db");
    return db;
  };

  afterEach(() => {
    for (const db of databases.splice(0)) {
      db.close();
    }
  });

  it("is the same however often it is migrated", () => {
    const db = migrated();
    const schema = () => JSON.stringify(db.prepare("SELECT name, sql FROM sqlite_schema").all());
    const before = schema();
    migrate(db, "test.db");
    assert.equal(schema(), before);
  });

  it("answers every statement from an index and none by reading a whole table", () => {
    const db = migrated();
    const mayScan = ["usedQueues", "workerQueues"];
    for (const [name, statement] of Object.entries(prepareStatements(db))) {
      const plan = db.prepare(`EXPLAIN QUERY PLAN ${statement.sql}`).all();
      const scans = plan.filter(({ detail }) => READS_ALL.test(String(detail)));
      assert.ok(scans.length === 0 || mayScan.includes(name), `${name}: ${JSON.stringify(plan)}`);
    }
  });

  it("builds no table of its own for any statement but what is bound as a list", () => {
    const db = migrated();
    const mayBuild = ["leaveLanes"];
    for (const [name, statement] of Object.entries(prepareStatements(db))) {
      const program = db.prepare(`EXPLAIN ${statement.sql}`).all();
      const opened = program.filter(({ opcode }) => /Ephemeral|Autoindex/.test(String(opcode)));
      assert.ok(opened.length === 0 || mayBuild.includes(name), name);
    }
  });

  it("is not planned anew for what is bound to a statement", () => {
    for (const [name, { sql }] of Object.entries(prepareStatements(migrated()))) {
      assert.doesNotMatch(sql, /(LIMIT|AND state =) \?/, name);
    }
  });

  describe("a state", () => {
    const columns = { queue: 1, state: "READY", turn: 1, due_at: 1 };
    const leased = { session: 1, token: 1, attempt: 1 };
    const ended = { finished_at: 1, ended: "complete", ended_state: "SUCCEEDED" };
    const insert = (changes: Record<string, string | number>) => {
      const row = { ...columns, ...changes };
      const names = Object.keys(row);
      migrated()
        .prepare(`INSERT INTO states (${names}) VALUES (${names.map(() => "?")})`)
        .run(...Object.values(row));
    };

    const possible = {
      "waits for its time": { state: "SCHEDULED" },
      "waits with a start deadline": { start_by: 9 },
      "is leased": { state: "LEASED", ...leased },
      succeeded: { state: "SUCCEEDED", ...ended },
      died: { state: "DEAD", ...ended, ended: "fail" },
      "was cancelled while it waited": { state: "CANCELLED", finished_at: 1 },
      expired: { state: "EXPIRED", finished_at: 1 },
    };
    for (const [what, changes] of Object.entries(possible)) {
      it(`may be of a task that ${what}`, () => insert(changes));
    }

    const impossible = {
      "is in a state of no name": { state: "PAUSED" },
      "is leased by nobody": { state: "LEASED", token: 1, attempt: 1 },
      "is leased without a token": { state: "LEASED", session: 1, attempt: 1 },
      "is leased in no attempt": { state: "LEASED", session: 1, token: 1 },
      "is leased although its lease ended": {
        ...{ state: "LEASED", ...leased },
        ...{ ended: "release", ended_state: "READY" },
      },
      "is leased and may still expire": { state: "LEASED", ...leased, start_by: 9 },
      "waits in somebody's session": { session: 1 },
      "waits and is finished": { finished_at: 1 },
      "was leased and may still expire": { deliveries: 1, start_by: 9 },
      "succeeded at no time": { state: "SUCCEEDED", ended: "complete", ended_state: "SUCCEEDED" },
      "succeeded by a failure": { state: "SUCCEEDED", ...ended, ended: "fail" },
      "succeeded and is held": { state: "SUCCEEDED", ...ended, session: 1 },
      "died of nothing": { state: "DEAD", finished_at: 1 },
      "expired after a lease": { state: "EXPIRED", finished_at: 1, deliveries: 1 },
      "has fewer attempts than none": { attempt: -1 },
      "has fewer crashes than none": { crashes: -1 },
    };
    for (const [what, changes] of Object.entries(impossible)) {
      it(`cannot be of a task that ${what}`, () => {
        assert.throws(() => insert(changes), /CHECK constraint failed/);
      });
    }

    it("knows each state of the domain", () => {
      for (const state of TASK_STATES) {
        assert.ok(
          Object.values(possible).some(
            (changes) => ({ state: "READY", ...changes }).state === state,
          ),
          state,
        );
      }
    });
  });

  describe("errors", () => {
    const errorOf = (action: () => void): unknown => {
      try {
        action();
      } catch (error) {
        return error;
      }
      return assert.fail("nothing was thrown");
    };
    const kindOf = (error: unknown, isCommitting = false) => {
      const mapped = storeErrorOf(error, isCommitting);
      return mapped instanceof StoreError ? mapped.kind : null;
    };

    it("tell a store without room", () => {
      const db = open();
      db.exec("PRAGMA max_page_count = 3; CREATE TABLE t (x); ");
      const fill = () => db.prepare("INSERT INTO t VALUES (zeroblob(100000))").run();
      assert.equal(kindOf(errorOf(fill)), "full");
    });

    it("tell a store that cannot be used now", () => {
      const directory = mkdtempSync(join(tmpdir(), "baton-errors-"));
      try {
        const path = join(directory, "x.db");
        open(path).exec("CREATE TABLE t (x); BEGIN EXCLUSIVE");
        const other = open(path);
        assert.equal(kindOf(errorOf(() => other.exec("INSERT INTO t VALUES (1)"))), "unavailable");
      } finally {
        rmSync(directory, { recursive: true });
      }
    });

    it("tell nothing certain of a commit that the disk failed", () => {
      const ioError = Object.assign(new Error("disk I/O error"), { errcode: 0x040a });
      assert.equal(kindOf(ioError, true), "unknown");
      assert.equal(kindOf(ioError, false), "unavailable");
    });

    it("pass bugs on as they are", () => {
      const db = open();
      const bug = errorOf(() => db.exec("SELECT * FROM nowhere"));
      assert.equal(storeErrorOf(bug, false), bug);
      const other = new TypeError("not SQLite's");
      assert.equal(storeErrorOf(other, true), other);
    });
  });
});
