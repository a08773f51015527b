import assert from "node:assert/strict";
import {
  newStreamId,
  type QueueName,
  type SessionId,
  type TaskType,
  type WorkerId,
} from "../../../../server/src/domain/ids.ts";
import type {
  SessionDescription,
  Store,
  StoredWorker,
  StoreHint,
} from "../../../../server/src/store/store.ts";
import { newSessionId, QUEUE, TYPE } from "../../../support/task-factory.ts";
import {
  complete,
  lease,
  leaseOne,
  only,
  openSession,
  renew,
  settle,
  submit,
  sweep,
  type TestSession,
  TTL_MS,
} from "../actions.ts";
import { assertNear, type Fixture } from "../fixture.ts";

const DESCRIPTION: SessionDescription = {
  queues: [QUEUE],
  workerId: "worker-1" as WorkerId,
  labels: { zone: "a", note: "two\nlines, \u00e9" },
  sdk: "sdk/1",
  concurrency: 8,
  dispatcher: "host:1",
  ttlMs: TTL_MS,
};

interface Described {
  readonly sessionId?: SessionId;
  readonly description?: Partial<SessionDescription>;
  readonly types?: readonly TaskType[];
  readonly queue?: QueueName;
}

async function openDescribed(store: Store, options: Described = {}) {
  const { sessionId = newSessionId(), description = {}, types = null, queue = QUEUE } = options;
  const session: TestSession = {
    sessionId,
    streamId: newStreamId(),
    workerId: "worker-1" as WorkerId,
    queue,
  };
  const about = { ...DESCRIPTION, ...description };
  const opening = { ...session, ttlMs: TTL_MS, types, held: [], about };
  return { session, opened: only(await store.openSession([opening])) };
}

async function pageOf(store: Store, after: SessionId | "" = "", limit = 100) {
  return store.workers({ queue: QUEUE, after, limit });
}

async function find(store: Store, { sessionId }: TestSession): Promise<StoredWorker> {
  return only((await store.workers({ queue: QUEUE, ids: [sessionId] })).workers);
}

function drain(store: Store, { sessionId, queue }: TestSession, reason = "go") {
  return store.drainSessions([{ queue, sessionId, reason }]).then(only);
}

function hintOf(store: Store, session: TestSession): Promise<void> {
  return new Promise((resolve) => {
    const stop = store.onHint((hint: StoreHint) => {
      if (hint.kind === "session" && hint.sessionId === session.sessionId) {
        stop();
        resolve();
      }
    });
  });
}

/** What operators read of sessions, and how they ask them to go. */
export function describeWorkers(fixture: Fixture): void {
  it("tells what describes a session, what it takes and how long it lives", async () => {
    const { store, under } = fixture;
    const { session } = await openDescribed(store, { types: ["b", "a"] as TaskType[] });
    await under.advance(5_000);
    const { ttlMs, ...worker } = await find(await under.another(), session);
    assertNear(ttlMs, TTL_MS - 5_000, "the ttl");
    assert.deepEqual(worker, {
      id: session.sessionId,
      about: DESCRIPTION,
      types: ["b", "a"],
      credit: 0,
      drain: null,
      leases: 0,
      running: [],
    });
    assert.deepEqual(await (await under.another()).workerQueues(), [QUEUE]);
  });

  it("tells of a session on another queue of its where its description is", async () => {
    const { store } = fixture;
    const about = "another" as QueueName;
    const opening = {
      sessionId: newSessionId(),
      streamId: newStreamId(),
      workerId: DESCRIPTION.workerId,
    };
    await store.openSession([{ ...opening, queue: QUEUE, ttlMs: TTL_MS, held: [], about }]);
    const [worker] = (await pageOf(store)).workers;
    assert.equal(worker?.about, about);
  });

  it("tells of a session that no description was given of", async () => {
    const { store } = fixture;
    const session = await openSession(store);
    assert.equal((await find(store, session)).about, null);
  });

  it("tells what a session runs, the longest first, until it is settled", async () => {
    const { store, under } = fixture;
    const { session } = await openDescribed(store);
    const startedAtMs = await under.nowMs();
    await submit(store);
    const task = await leaseOne(store, session);
    await under.advance(5_000);
    await renew(store, session);
    const id = await submit(store, { shard: { index: 0, total: 1, sessionId: session.sessionId } });
    const [pinned] = await lease(store, session);
    assert.ok(pinned?.id === id);
    const { leases, running } = await find(store, session);
    assert.equal(leases, 2);
    assert.deepEqual(
      running.map(({ taskId, type, attempt }) => ({ taskId, type, attempt })),
      [task.id, id].map((taskId) => ({ taskId, type: TYPE, attempt: 1 })),
    );
    assertNear(running[0]?.startedAtMs ?? null, startedAtMs, "the start");
    assertNear(running[1]?.startedAtMs ?? null, startedAtMs + 5_000, "the other's start");
    await settle(store, task, complete());
    await settle(store, pinned, complete());
    assert.deepEqual((await find(store, session)).running, []);
  });

  it("bounds what it tells of one that runs very much", async () => {
    const { store } = fixture;
    const { session } = await openDescribed(store);
    for (let n = 0; n < 25; n += 1) {
      await submit(store);
    }
    await lease(store, session, { limit: 25 });
    const { leases, running } = await find(store, session);
    assert.deepEqual([leases, running.length], [25, 20]);
  });

  it("keeps the credit that renewals tell, until it is opened again", async () => {
    const { store } = fixture;
    const { session } = await openDescribed(store);
    const { sessionId, streamId } = session;
    const credits: number[] = [];
    for (const credit of [{ credit: 7 }, {}, { credit: 0 }, { credit: 3 }]) {
      await store.renew([{ sessionId, streamId, queue: QUEUE, ttlMs: TTL_MS, ...credit }]);
      credits.push((await find(store, session)).credit);
    }
    assert.deepEqual(credits, [7, 7, 0, 3]);
    await openDescribed(store, { sessionId });
    assert.equal((await find(store, session)).credit, 0);
  });

  it("pages through sessions by id, each once", async () => {
    const { store } = fixture;
    const ids: SessionId[] = [];
    for (let n = 0; n < 7; n += 1) {
      ids.push((await openDescribed(store)).session.sessionId);
    }
    const found: SessionId[] = [];
    let after: SessionId | "" | null = "";
    for (let pages = 0; after !== null && pages < 10; pages += 1) {
      const page = await pageOf(store, after, 3);
      found.push(...page.workers.map(({ id }) => id));
      after = page.next;
    }
    assert.deepEqual(found, ids.sort());
  });

  it("tells nothing of a session whose ttl passed, nor of one that is over", async () => {
    const { store, under } = fixture;
    const { session: over } = await openDescribed(store);
    await openDescribed(store);
    await renew(store, over, 0);
    assert.equal((await pageOf(store)).workers.length, 1);
    await under.advance(TTL_MS + 5_000);
    assert.deepEqual(await pageOf(store), { workers: [], next: null });
    assert.deepEqual((await store.workers({ queue: QUEUE, ids: [over.sessionId] })).workers, []);
  });

  it("leaves nothing of a session behind that is over", async () => {
    const { store, under } = fixture;
    const { session } = await openDescribed(store);
    await openDescribed(store);
    await renew(store, session, 0);
    await under.advance(TTL_MS + 5_000);
    await sweep(store);
    assert.deepEqual(await under.residue(), []);
  });

  it("says in each renewal and opening that a session was asked to go, and hints it", async () => {
    const { store, under } = fixture;
    const { session } = await openDescribed(store);
    const hints = [store, await under.another()].map((each) => hintOf(each, session));
    const reason = "line one\nline two \u00e9";
    assert.deepEqual(await drain(await under.another(), session, reason), { kind: "ok" });
    await Promise.all(hints);
    for (let n = 0; n < 2; n += 1) {
      assert.deepEqual(await renew(store, session), { kind: "ok", notices: [], drain: reason });
    }
    const { sessionId, streamId } = session;
    await store.renew([{ sessionId, streamId, queue: QUEUE, ttlMs: TTL_MS, credit: 5 }]);
    const { session: resumed, opened } = await openDescribed(store, { sessionId });
    assert.ok(opened.kind === "ok");
    assert.equal(opened.drain, reason);
    assert.equal((await renew(store, resumed)).kind, "ok");
    assert.equal((await find(store, session)).drain, reason);
  });

  it("keeps the reason that was given first, empty or not", async () => {
    const { store } = fixture;
    for (const reason of ["", "first"]) {
      const { session } = await openDescribed(store);
      await drain(store, session, reason);
      assert.deepEqual(await drain(store, session, "second"), { kind: "ok" });
      assert.deepEqual(await renew(store, session), { kind: "ok", notices: [], drain: reason });
      assert.equal((await find(store, session)).drain, reason);
    }
  });

  it("does not count a session that was asked to go among those that take tasks", async () => {
    const { store } = fixture;
    const { session } = await openDescribed(store);
    const { session: other } = await openDescribed(store);
    await drain(store, session);
    assert.deepEqual(
      (await store.sessions(QUEUE)).map(({ id }) => id),
      [other.sessionId],
    );
  });

  it("answers that a session is gone that does not live, or never did", async () => {
    const { store, under } = fixture;
    const { session } = await openDescribed(store);
    const never = { ...session, sessionId: newSessionId() };
    assert.deepEqual(await drain(store, never), { kind: "gone" });
    assert.deepEqual(await drain(store, { ...session, queue: "nowhere" as QueueName }), {
      kind: "gone",
    });
    await under.advance(TTL_MS + 5_000);
    assert.deepEqual(await drain(store, session), { kind: "gone" });
  });
}
