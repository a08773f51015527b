import assert from "node:assert/strict";
import type { SessionId, TaskType } from "../../../server/src/domain/ids.ts";
import type { LeaseOutcome } from "../../../server/src/store/store.ts";
import { newSessionId, QUEUE, TYPE } from "../../support/task-factory.ts";
import {
  find,
  lease,
  openSession,
  release,
  settle,
  submit,
  type TestSession,
  TTL_MS,
} from "./actions.ts";
import type { Fixture } from "./fixture.ts";

/** Tasks that only one session may lease, and the sessions to choose from. */
export function describePinned(fixture: Fixture): void {
  const pinTo = (sessionId: SessionId, index = 0) =>
    submit(fixture.store, { shard: { index, total: 2, sessionId } });
  const ask = (session: TestSession, types: readonly TaskType[] | null): Promise<LeaseOutcome> => {
    const { queue, sessionId, streamId, workerId } = session;
    const limits = { limit: 10, maxPayloadBytes: 1_000_000 };
    return fixture.store.lease({ queue, types, sessionId, streamId, workerId, ...limits });
  };

  for (const types of [null, [TYPE]]) {
    const what = types === null ? "every type" : "its type";

    it(`leases a pinned task to its session alone, which asks for ${what}`, async () => {
      const { store } = fixture;
      const [own, other] = [await openSession(store), await openSession(store)];
      const pinned = await pinTo(own.sessionId);
      const free = await submit(store);
      const first = await ask(other, types);
      assert.ok(first.kind === "ok");
      assert.deepEqual([first.tasks.map(({ id }) => id), first.pinned], [[free], [own.sessionId]]);
      const second = await ask(own, types);
      assert.ok(second.kind === "ok");
      assert.deepEqual(
        second.tasks.map(({ id, spec }) => [id, spec.type, spec.shard?.sessionId]),
        [[pinned, TYPE, own.sessionId]],
      );
      const third = await ask(other, types);
      assert.ok(third.kind === "ok");
      assert.deepEqual([third.tasks, third.pinned ?? []], [[], []]);
    });

    it(`keeps the order of pinned tasks and others, asked for ${what}`, async () => {
      const { store } = fixture;
      const own = await openSession(store);
      const ids = [await submit(store), await pinTo(own.sessionId), await submit(store)];
      const answer = await ask(own, types);
      assert.ok(answer.kind === "ok");
      assert.deepEqual(
        answer.tasks.map(({ id }) => id),
        ids,
      );
    });
  }

  it("gives a pinned task back to its session", async () => {
    const { store } = fixture;
    const own = await openSession(store);
    const id = await pinTo(own.sessionId);
    const [task] = await lease(store, own);
    assert.ok(task !== undefined);
    assert.equal(task.id, id);
    await settle(store, task, release());
    assert.deepEqual(await lease(store, await openSession(store)), []);
    assert.equal((await lease(store, own)).length, 1);
  });

  it("keeps a pinned task READY whose session is gone, until it is cancelled", async () => {
    const { store } = fixture;
    const id = await pinTo(newSessionId());
    assert.deepEqual(await lease(store, await openSession(store)), []);
    assert.equal((await find(store, id)).state, "READY");
    await store.cancel([{ taskId: id, reason: "" }]);
    const answer = await ask(await openSession(store), null);
    assert.ok(answer.kind === "ok");
    assert.deepEqual(answer.pinned ?? [], []);
  });

  it("lists the sessions that live on a queue, with the types that they take", async () => {
    const { store, under } = fixture;
    assert.deepEqual(await store.sessions(QUEUE), []);
    const every = await openSession(store);
    const some = await openSession(store, { types: [TYPE, "other" as TaskType] });
    const none = await openSession(store, { types: [] });
    const found = new Map((await store.sessions(QUEUE)).map(({ id, types }) => [id, types]));
    assert.deepEqual(
      [every, some, none].map(({ sessionId }) => found.get(sessionId)),
      [null, [TYPE, "other"], []],
    );
    const { sessionId, streamId, queue } = some;
    await store.renew([{ sessionId, streamId, queue, ttlMs: 0 }]);
    assert.equal((await store.sessions(QUEUE)).length, 2);
    await under.advance(TTL_MS + 5_000);
    assert.deepEqual(await store.sessions(QUEUE), []);
  });
}
