import assert from "node:assert/strict";
import type { SQLInputValue } from "node:sqlite";
import {
  joinTaskId,
  type LeaseToken,
  newStreamId,
  type StreamId,
  type TaskId,
  type TaskType,
  type WorkerId,
} from "../../../../server/src/domain/ids.ts";
import { encodeSpec } from "../../../../server/src/domain/specs/spec-codec.ts";
import type { TaskState } from "../../../../server/src/domain/task-state.ts";
import { placeOf } from "../../../../server/src/store/sqlite/client/place.ts";
import { TABLES } from "../../../../server/src/store/sqlite/file/migrations/0001-tables.ts";
import { DOCUMENTS } from "../../../../server/src/store/sqlite/file/migrations/0002-documents.ts";
import { SESSION_TYPES } from "../../../../server/src/store/sqlite/file/migrations/0003-session-types.ts";
import { newSessionId, newSpec, QUEUE, TYPE } from "../../../support/task-factory.ts";
import { ManualClock } from "../../../support/time/manual-clock.ts";
import {
  countsOf,
  die,
  find,
  lease,
  leaseOne,
  openSession,
  redrive,
  renew,
  settle,
  submit,
  sweep,
} from "../../conformance/actions.ts";
import { endsOf } from "../../conformance/history/history-actions.ts";
import { oldFile } from "./old-file.ts";

const DAY_MS = 86_400_000;

describe("A SQLite file of the schema before tasks had narrow states", () => {
  const now = new ManualClock().nowMs();
  const old = oldFile(6, TABLES + DOCUMENTS + SESSION_TYPES);
  let tasks = 0;

  const session = {
    sessionId: newSessionId(),
    streamId: newStreamId() as StreamId,
    workerId: "worker-1" as WorkerId,
    queue: QUEUE,
  };

  /** Writes a task as the schema had it, and returns its id. */
  const write = (state: TaskState, columns: Record<string, SQLInputValue> = {}): TaskId => {
    tasks += 1;
    const uid = `task-${String(tasks).padStart(11, "0")}`;
    const place = placeOf(5, now);
    const row = {
      ...{ queue: 1, uid, state, turn: place, place, type: TYPE, fingerprint: "" },
      ...{ submitted_at: now, due_at: now, attempt_timeout_ms: 60_000, retention_ms: DAY_MS },
      ...{ remember_until: 0, max_attempts: 3, max_crashes: 3, spec: encodeSpec(newSpec()) },
      ...columns,
    };
    const names = Object.keys(row);
    old.db
      .prepare(`INSERT INTO tasks (${names}) VALUES (${names.map(() => "?")})`)
      .run(...Object.values(row));
    old.db.exec(`UPDATE queues SET ${state} = ${state} + 1, submitted = submitted + 1`);
    return joinTaskId(QUEUE, uid);
  };
  const ran = { attempt: 1, deliveries: 1, token: 7, worker_id: "worker-1", started_at: now };
  const ended = (how: string, state: TaskState) => ({
    ...{ ...ran, turn: now + DAY_MS, finished_at: now, ended: how, ended_state: state },
  });

  beforeEach(() => {
    old.db
      .prepare(
        `INSERT INTO sessions (id, queue, session_id, stream_id, worker_id, expires_at)
         VALUES (1, 1, ?, ?, ?, ?)`,
      )
      .run(session.sessionId, session.streamId, session.workerId, now + 60_000);
  });

  it("has its tasks in their states, with all that belongs to them", async () => {
    const ids = {
      SCHEDULED: write("SCHEDULED", { turn: now + 500, due_at: now + 500 }),
      READY: write("READY"),
      LEASED: write("LEASED", { ...ran, turn: now + 60_000, session: 1 }),
      SUCCEEDED: write("SUCCEEDED", {
        ...{ ...ended("complete", "SUCCEEDED"), result_type: "text", result: Buffer.from("done") },
      }),
      DEAD: write("DEAD", ended("fail", "DEAD")),
      CANCELLED: write("CANCELLED", { turn: now + DAY_MS, finished_at: now }),
      EXPIRED: write("EXPIRED", { turn: now + DAY_MS, finished_at: now }),
    };
    old.db.exec(`INSERT INTO details (seq, failure) SELECT seq, '{"message":"it broke"}' FROM tasks
      WHERE state = 'DEAD'`);
    const store = old.open();
    for (const [state, id] of Object.entries(ids)) {
      const task = await find(store, id);
      assert.deepEqual([task.state, task.spec, task.submittedAtMs], [state, newSpec(), now]);
    }
    const died = await find(store, ids.DEAD);
    assert.deepEqual([died.attempt, died.purgeAtMs], [1, now + DAY_MS]);
    assert.equal(died.lastFailure?.message, "it broke");
    const succeeded = await find(store, ids.SUCCEEDED);
    assert.equal(Buffer.from(succeeded.result?.value ?? []).toString(), "done");
    await old.assertSound(store);
  });

  it("goes on with them", async () => {
    const due = now + 500;
    const later = write("SCHEDULED", { turn: due, due_at: due, place: placeOf(5, due) });
    const [first, second] = [write("READY"), write("READY")];
    const held = write("LEASED", { ...ran, turn: now + 60_000, session: 1 });
    const dead = write("DEAD", ended("fail", "DEAD"));
    const store = old.open();
    const done = {
      kind: "complete",
      result: { value: Buffer.from("x"), contentType: "" },
    } as const;
    const settled = await store.settle([
      { ...session, lease: { taskId: held, token: 7 as LeaseToken }, outcome: done },
    ]);
    assert.deepEqual(settled, [{ kind: "ok", state: "SUCCEEDED", isRepeat: false }]);
    old.clock.advance(1_000);
    await redrive(store, dead);
    const fresh = await submit(store);
    const order = (await lease(store, session)).map(({ id }) => id);
    assert.deepEqual(order, [first, second, later, dead, fresh]);
    await old.assertSound(store);
  });

  it("tells of attempts that ended before there was a history that they are left out", async () => {
    const died = write("DEAD", { ...ended("fail", "DEAD"), attempt: 3, deliveries: 3 });
    const succeeded = write("SUCCEEDED", { ...ended("complete", "SUCCEEDED"), deliveries: 2 });
    const store = old.open();
    assert.deepEqual(await endsOf(store, died), [3]);
    assert.deepEqual(await endsOf(store, succeeded), ["2: 1 SUCCEEDED", 1]);
    await redrive(store, died);
    const leased = await leaseOne(store, await openSession(store));
    await settle(store, leased, die());
    assert.deepEqual(await endsOf(store, died), ["4: 1 FAILED", 3]);
  });

  it("reclaims what a session held that died meanwhile", async () => {
    const held = write("LEASED", { ...ran, turn: now + 600_000, session: 1 });
    const store = old.open();
    old.clock.advance(61_000);
    const { reclaimed } = await sweep(store);
    assert.deepEqual(
      reclaimed.map(({ lease }) => lease.taskId),
      [held],
    );
    assert.deepEqual(await renew(store, session), { kind: "gone" });
    assert.equal((await countsOf(store)).READY, 1);
    await old.assertSound(store);
  });

  it("leases by type and to one session what was in line", async () => {
    const other = write("READY", { type: "other" });
    const sent = write("READY");
    const pinned = write("READY", { type: `@${session.sessionId}` });
    const store = old.open();
    const typed = await lease(store, await openSession(store), { types: ["other" as TaskType] });
    assert.deepEqual(
      typed.map(({ id }) => id),
      [other],
    );
    const own = await lease(store, session);
    assert.deepEqual(
      own.map(({ id }) => id),
      [sent, pinned],
    );
    await old.assertSound(store);
  });
});
