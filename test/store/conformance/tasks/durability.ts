import assert from "node:assert/strict";
import { newTasks } from "../../../support/task-factory.ts";
import {
  complete,
  countsOf,
  find,
  lease,
  leaseOne,
  openSession,
  refOf,
  renew,
  report,
  resume,
  settle,
  submit,
  sweep,
  trySubmit,
} from "../actions.ts";
import type { Fixture } from "../fixture.ts";

/** What a process that dies leaves to the next. */
export function describeDurability(fixture: Fixture): void {
  it("keeps every task whose submit was answered (G1)", async () => {
    const { store, under } = fixture;
    const batch = newTasks(100);
    await store.submit(batch.slice(0, 50));
    await store.submit(batch.slice(50));
    const reopened = await under.crash();
    const leased = await lease(reopened, await openSession(reopened));
    assert.deepEqual(
      leased.map(({ id }) => id),
      batch.map(({ id }) => id),
    );
  });

  it("keeps leases, reports, results and request ids (G1, G2)", async () => {
    const { store, under } = fixture;
    const done = await submit(store, { requestId: "order-17" });
    const session = await openSession(store);
    await settle(store, await leaseOne(store, session), complete("42"));
    await submit(store);
    const held = await leaseOne(store, session);
    await report(store, held, { progress: { fraction: 0.5, note: "half" } });
    const before = await store.get([done, held.id]);

    const reopened = await under.crash();

    assert.deepEqual(await reopened.get([done, held.id]), before);
    assert.equal(await trySubmit(reopened, { requestId: "order-17" }), "known");
    const { LEASED, SUCCEEDED } = await countsOf(reopened);
    assert.deepEqual([LEASED, SUCCEEDED], [1, 1]);
  });

  it("lets workers take their sessions up again and settle what they held (G4)", async () => {
    const { store, under } = fixture;
    await store.submit(newTasks(2));
    const session = await openSession(store);
    const [a, b] = await lease(store, session);
    assert.ok(a && b);

    const reopened = await under.crash();

    assert.equal((await settle(reopened, a, complete())).kind, "ok");
    const { session: resumed, opened } = await resume(reopened, { session, held: [refOf(b)] });
    assert.deepEqual(opened.kept, [refOf(b)]);
    assert.equal((await renew(reopened, resumed)).kind, "ok");
    assert.equal((await settle(reopened, b, complete())).kind, "ok");
  });

  it("reclaims what a worker held that died with the process (G6)", async () => {
    const { store, under } = fixture;
    const id = await submit(store);
    const old = await leaseOne(store, await openSession(store));
    const reopened = await under.crash();
    await under.advance(60_000);
    assert.equal((await sweep(reopened)).reclaimed.length, 1);
    const newer = await leaseOne(reopened, await openSession(reopened));
    assert.equal(newer.id, id);
    assert.ok(newer.token > old.token);
    assert.deepEqual(await settle(reopened, old, complete()), { kind: "stale" });
    assert.equal((await find(reopened, id)).token, newer.token);
  });
}
