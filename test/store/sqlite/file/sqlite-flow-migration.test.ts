import assert from "node:assert/strict";
import { DEFAULT_QUEUE_SETTINGS } from "../../../../server/src/domain/flow/queue-settings.ts";
import { joinTaskId, type TaskId, type TaskType } from "../../../../server/src/domain/ids.ts";
import { encodeSpec } from "../../../../server/src/domain/specs/spec-codec.ts";
import { placeOf } from "../../../../server/src/store/sqlite/client/place.ts";
import { TABLES } from "../../../../server/src/store/sqlite/file/migrations/0001-tables.ts";
import { DOCUMENTS } from "../../../../server/src/store/sqlite/file/migrations/0002-documents.ts";
import { SESSION_TYPES } from "../../../../server/src/store/sqlite/file/migrations/0003-session-types.ts";
import { NARROW_STATES } from "../../../../server/src/store/sqlite/file/migrations/0004-narrow-states.ts";
import { LEASE_HOLDERS } from "../../../../server/src/store/sqlite/file/migrations/0005-lease-holders.ts";
import { newSpec, QUEUE, TYPE } from "../../../support/task-factory.ts";
import { ManualClock } from "../../../support/time/manual-clock.ts";
import {
  complete,
  countsOf,
  find,
  lease,
  openSession,
  settle,
  submit,
} from "../../conformance/actions.ts";
import { oldFile } from "./old-file.ts";

const DAY_MS = 86_400_000;

describe("A SQLite file of the schema before limits and keys", () => {
  const now = new ManualClock().nowMs();
  const old = oldFile(8, TABLES + DOCUMENTS + SESSION_TYPES + NARROW_STATES + LEASE_HOLDERS);

  /** Writes a READY task as the schema had it, and returns its id. */
  const write = (type: TaskType = TYPE): TaskId => {
    const { lastInsertRowid: seq } = old.db
      .prepare(
        `INSERT INTO tasks (queue, uid, place, kind, fingerprint, submitted_at, attempt_timeout_ms,
           retention_ms, remember_until, max_attempts, max_crashes, spec)
         VALUES (1, printf('task-%011d', (SELECT count(*) FROM tasks)), ?, ?, '', ?, 60000, ?, 0, 3, 3, ?)`,
      )
      .run(placeOf(5, now), type, now, DAY_MS, encodeSpec(newSpec({ type })));
    old.db.prepare("INSERT INTO ready VALUES (1, ?, ?, NULL)").run(placeOf(5, now), seq);
    old.db.exec("UPDATE queues SET ready = ready + 1, submitted = submitted + 1");
    const row = old.db.prepare("SELECT uid FROM tasks WHERE seq = ?").get(seq);
    return joinTaskId(QUEUE, String(row?.uid));
  };

  it("goes on with its tasks as they were, without keys", async () => {
    const [first, second] = [write(), write()];
    const store = old.open();
    assert.deepEqual((await find(store, first)).spec, newSpec());
    const session = await openSession(store);
    const [task] = await lease(store, session, { limit: 1 });
    assert.equal(task?.id, first);
    await settle(store, task ?? assert.fail(), complete());
    assert.deepEqual(
      (await lease(store, session)).map(({ id }) => id),
      [second],
    );
    assert.deepEqual((await store.settings([QUEUE]))[0], {
      settings: DEFAULT_QUEUE_SETTINGS,
      revision: "",
    });
    await old.assertSound(store);
  });

  it("has its tasks take turns with those of keys that come later", async () => {
    const other = "other" as TaskType;
    const ids = [write(), write(other), write(), write(other)];
    const store = old.open();
    const keyed = await submit(store, { concurrencyKey: "acme" });
    const session = await openSession(store);
    const first = (await lease(store, session, { limit: 2, types: [TYPE] })).map(({ id }) => id);
    assert.deepEqual(new Set(first), new Set([ids[0], keyed]));
    const rest = (await lease(store, session)).map(({ id }) => id);
    assert.deepEqual(new Set(rest), new Set([ids[1], ids[2], ids[3]]));
    await old.assertSound(store);
  });

  it("takes limits for the tasks that it has", async () => {
    for (let task = 0; task < 5; task += 1) {
      write();
    }
    const store = old.open();
    const settings = { ...DEFAULT_QUEUE_SETTINGS, concurrencyLimit: 2 };
    assert.deepEqual(await store.putSettings(QUEUE, settings, ""), { kind: "ok" });
    const session = await openSession(store);
    assert.equal((await lease(store, session)).length, 2);
    assert.deepEqual(await lease(store, session), []);
    assert.equal((await countsOf(store)).READY, 3);
    await old.assertSound(store);
  });
});
