import assert from "node:assert/strict";
import type { LeaseToken, QueueName, TaskId, TaskType } from "../../../../server/src/domain/ids.ts";
import { newTask, newTasks, QUEUE } from "../../../support/task-factory.ts";
import {
  complete,
  find,
  lease,
  leaseOne,
  openSession,
  refOf,
  refsOf,
  renew,
  report,
  resume,
  settle,
  submit,
  sweep,
  TTL_MS,
  tryResume,
} from "../actions.ts";
import type { Fixture } from "../fixture.ts";

const NOTHING = { kept: [], lost: [], released: [] };
const EMPTY = { kind: "ok", ...NOTHING, mayHaveTasks: false };

/** The lives of sessions and what they hold. */
export function describeSessions(fixture: Fixture): void {
  const isAlive = async (session: Awaited<ReturnType<typeof openSession>>) =>
    (await fixture.store.lease({ ...session, types: null, limit: 0, maxPayloadBytes: 1 })).kind ===
    "ok";

  it("opens a new session that has nothing", async () => {
    assert.deepEqual((await resume(fixture.store, {})).opened, NOTHING);
  });

  it("says of a queue that it opens a session on whether it may have tasks", async () => {
    const { store, under } = fixture;
    const mayHaveTasks = async (queue = QUEUE) => {
      const { outcome } = await tryResume(store, { queue, types: ["other" as TaskType] });
      assert.ok(outcome.kind === "ok");
      return outcome.mayHaveTasks;
    };
    assert.equal(await mayHaveTasks(), false);
    await store.submit([newTask({ due: { kind: "after", delayMs: 5_000 } })]);
    assert.equal(await mayHaveTasks(), false);
    await under.advance(6_000);
    assert.equal(await mayHaveTasks(), true);

    const session = await openSession(store);
    const task = await leaseOne(store, session);
    assert.equal(await mayHaveTasks(), false);
    const { outcome } = await tryResume(store, { session });
    assert.ok(outcome.kind === "ok" && outcome.mayHaveTasks);
    assert.deepEqual(outcome.released, [refOf(task)]);
  });

  it("lets a session live for its ttl and no longer", async () => {
    const { store, under } = fixture;
    const session = await openSession(store);
    await under.advance(TTL_MS - 5_000);
    assert.ok(await isAlive(session));
    await under.advance(10_000);
    assert.ok(!(await isAlive(session)));
    assert.deepEqual(await renew(store, session), { kind: "gone" });
  });

  it("keeps a session alive as long as it is renewed", async () => {
    const { store, under } = fixture;
    await submit(store);
    const session = await openSession(store);
    const task = await leaseOne(store, session);
    for (let beat = 0; beat < 5; beat += 1) {
      await under.advance(TTL_MS - 5_000);
      assert.deepEqual(await renew(store, session), { kind: "ok", notices: [] });
      assert.deepEqual((await sweep(store)).reclaimed, []);
    }
    assert.equal((await settle(store, task, complete())).kind, "ok");
  });

  it("cuts a session to a shorter ttl", async () => {
    const { store, under } = fixture;
    const session = await openSession(store, { ttlMs: 600_000 });
    await renew(store, session, 10_000);
    await under.advance(5_000);
    assert.ok(await isAlive(session));
    await under.advance(10_000);
    assert.ok(!(await isAlive(session)));
  });

  it("gives a session that was cut its whole ttl again", async () => {
    const { store, under } = fixture;
    const session = await openSession(store);
    await renew(store, session, 5_000);
    const resumed = await openSession(store, { session });
    await under.advance(TTL_MS - 5_000);
    assert.ok(await isAlive(resumed));
  });

  it("ends a session at once with a ttl of 0", async () => {
    const { store } = fixture;
    await submit(store);
    const session = await openSession(store);
    const task = await leaseOne(store, session);
    assert.deepEqual(await renew(store, session, 0), { kind: "ok", notices: [] });
    assert.deepEqual(await renew(store, session), { kind: "gone" });
    const { reclaimed } = await sweep(store);
    assert.deepEqual(
      reclaimed.map((one) => one.lease),
      [refOf(task)],
    );
  });

  it("keeps the leases of a session that another stream takes up", async () => {
    const { store, under } = fixture;
    await store.submit(newTasks(3));
    const session = await openSession(store);
    const held = refsOf(await lease(store, session));
    await renew(store, session, 5_000);

    const { session: resumed, opened } = await resume(store, { session, held });

    assert.deepEqual(opened, { kept: held, lost: [], released: [] });
    await under.advance(10_000);
    assert.deepEqual((await sweep(store)).reclaimed, []);
    assert.equal((await renew(store, resumed)).kind, "ok");
  });

  it("gives back what the session has and the worker does not, no attempt spent", async () => {
    const { store } = fixture;
    await store.submit(newTasks(3));
    const session = await openSession(store);
    const [a, b, c] = refsOf(await lease(store, session));
    assert.ok(a && b && c);

    const { session: resumed, opened } = await resume(store, { session, held: [b] });

    assert.deepEqual(opened.kept, [b]);
    assert.deepEqual(opened.lost, []);
    assert.deepEqual(new Set(opened.released), new Set([a, c]));
    for (const { taskId } of [a, c]) {
      const task = await find(store, taskId);
      assert.deepEqual([task.state, task.attempt, task.crashes], ["READY", 0, 0]);
    }
    assert.equal((await find(store, b.taskId)).state, "LEASED");
    assert.equal((await lease(store, resumed)).length, 2);
  });

  it("names what the worker has and the session does not", async () => {
    const { store, under } = fixture;
    await store.submit(newTasks(3));
    const session = await openSession(store, { ttlMs: 600_000 });
    const [kept, settled, other] = await lease(store, session);
    assert.ok(kept && settled && other);
    await settle(store, settled, complete());
    await settle(store, other, { kind: "release", delayMs: 0 });
    await leaseOne(store, await openSession(store));
    await under.advance(1_000);
    const held = [
      refOf(kept),
      refOf(settled),
      refOf(other),
      { taskId: `${QUEUE}~AAAAAAAAAAAAAAAA` as TaskId, token: 1 as LeaseToken },
    ];
    const { opened } = await resume(store, { session, held });
    assert.deepEqual(opened.kept, [refOf(kept)]);
    assert.deepEqual(opened.lost, held.slice(1));
    assert.deepEqual(opened.released, []);
  });

  it("gives back a lease of which the worker holds an older token only (G4)", async () => {
    const { store } = fixture;
    await submit(store);
    const session = await openSession(store);
    const old = await leaseOne(store, session);
    await settle(store, old, { kind: "release", delayMs: 0 });
    const newer = await leaseOne(store, session);
    const { opened } = await resume(store, { session, held: [refOf(old)] });
    assert.deepEqual(opened, { kept: [], lost: [refOf(old)], released: [refOf(newer)] });
  });

  it("does not hand a session the leases of another", async () => {
    const { store } = fixture;
    await submit(store);
    const task = await leaseOne(store, await openSession(store));
    const { opened } = await resume(store, { held: [refOf(task)] });
    assert.deepEqual(opened, { kept: [], lost: [refOf(task)], released: [] });
    assert.equal(await report(store, task), "ok");
  });

  it("takes up a session whose ttl passed with what was not reclaimed yet", async () => {
    const { store, under } = fixture;
    await submit(store);
    const session = await openSession(store);
    const task = await leaseOne(store, session);
    await under.advance(TTL_MS + 5_000);
    const { opened } = await resume(store, { session, held: [refOf(task)] });
    assert.deepEqual(opened.kept, [refOf(task)]);
    assert.deepEqual((await sweep(store)).reclaimed, []);
    assert.equal((await settle(store, task, complete())).kind, "ok");
  });

  it("takes up a session with nothing where its leases were reclaimed (G6)", async () => {
    const { store, under } = fixture;
    await submit(store);
    const session = await openSession(store);
    const task = await leaseOne(store, session);
    await under.advance(TTL_MS + 5_000);
    await sweep(store);
    const { opened } = await resume(store, { session, held: [refOf(task)] });
    assert.deepEqual(opened, { kept: [], lost: [refOf(task)], released: [] });
  });

  it("lets only the newest stream renew or cut a session", async () => {
    const { store, under } = fixture;
    const old = await openSession(store);
    const newer = await openSession(store, { session: old });
    assert.deepEqual(await renew(store, old, 0), { kind: "superseded" });
    assert.deepEqual(await renew(store, old, 600_000), { kind: "superseded" });
    assert.ok(await isAlive(newer));
    await under.advance(TTL_MS + 5_000);
    assert.ok(!(await isAlive(newer)));
    assert.deepEqual(await renew(store, old), { kind: "gone" });
  });

  it("refuses a late opening by an older stream, which changes nothing (G4)", async () => {
    const { store, under } = fixture;
    await submit(store);
    const session = await openSession(store, { stream: 2 });
    const task = await leaseOne(store, session);

    const late = await tryResume(store, { session, stream: 1, ttlMs: 600_000, types: [] });

    assert.deepEqual(late.outcome, { kind: "superseded" });
    assert.deepEqual(await renew(store, late.session, 0), { kind: "superseded" });
    assert.equal(await report(store, task), "ok");
    assert.equal((await store.sessions(QUEUE))[0]?.types, null);
    assert.ok(await isAlive(session));
    await under.advance(TTL_MS + 5_000);
    assert.ok(!(await isAlive(session)));
  });

  it("refuses another stream of the same number, and lets each open twice", async () => {
    const { store } = fixture;
    const session = await openSession(store, { stream: 10 });
    assert.equal((await tryResume(store, { session, stream: 10 })).outcome.kind, "superseded");
    const again = { ...session, ttlMs: TTL_MS, held: [] };
    assert.deepEqual(await store.openSession([again]), [EMPTY]);
    assert.ok(await isAlive(session));
  });

  it("lets a stream of a higher number take a session up, and counts by number", async () => {
    const { store } = fixture;
    let session = await openSession(store, { stream: 9 });
    for (const stream of [10, 99, 100, 4_294_967_295]) {
      session = await openSession(store, { session, stream });
      assert.ok(await isAlive(session));
    }
    assert.equal((await tryResume(store, { session, stream: 11 })).outcome.kind, "superseded");
  });

  it("lets streams without a number, and those after them, take a session up", async () => {
    const { store } = fixture;
    let session = await openSession(store, { stream: 7 });
    for (const stream of [0, 0, 1]) {
      session = await openSession(store, { session, stream });
      assert.ok(await isAlive(session));
    }
  });

  it("lets a stream of any number take up a session whose ttl passed", async () => {
    const { store, under } = fixture;
    const session = await openSession(store, { stream: 7 });
    await under.advance(TTL_MS + 5_000);
    assert.ok(await isAlive(await openSession(store, { session, stream: 1 })));
  });

  it("keeps a session's queues apart", async () => {
    const { store } = fixture;
    const other = "sms" as QueueName;
    await submit(store);
    await submit(store, { queue: other });
    const here = await openSession(store);
    const there = await openSession(store, { session: here, queue: other });
    await leaseOne(store, here);
    const task = await leaseOne(store, there);

    assert.equal((await renew(store, here, 0)).kind, "ok");

    assert.equal((await sweep(store)).reclaimed.length, 1);
    assert.deepEqual((await sweep(store, other)).reclaimed, []);
    assert.equal((await renew(store, there)).kind, "ok");
    assert.equal(await report(store, task), "ok");
  });

  it("answers batches item by item", async () => {
    const { store } = fixture;
    const [old, gone] = [await openSession(store), await openSession(store)];
    const newer = await openSession(store, { session: old });
    await renew(store, gone, 0);
    const renewals = [newer, gone, old].map((session) => ({ ...session, ttlMs: TTL_MS }));
    assert.deepEqual(
      (await store.renew(renewals)).map(({ kind }) => kind),
      ["ok", "gone", "superseded"],
    );
    assert.deepEqual(await store.renew([]), []);
    assert.deepEqual(await store.openSession([]), []);
    const openings = [newer, gone].map((session) => ({ ...session, ttlMs: TTL_MS, held: [] }));
    assert.deepEqual(await store.openSession(openings), [EMPTY, EMPTY]);
  });
}
