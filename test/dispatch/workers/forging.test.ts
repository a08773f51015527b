import assert from "node:assert/strict";
import type { WorkerSettlement } from "../../../server/src/dispatch/contract.ts";
import { type LeaseRef, newSessionKey, type SessionKey } from "../../../server/src/domain/ids.ts";
import { newTask } from "../../support/task-factory.ts";
import { DispatchFixture } from "../fixture.ts";
import { completed, failed, leaseOf, released, type TestWorker } from "../test-worker.ts";

const SETTLEMENTS: Readonly<Record<string, (lease: LeaseRef) => WorkerSettlement>> = {
  completes: completed,
  fails: failed,
  releases: released,
};

/** Lease tokens are no secret: on SQLite one can be told from the time that `Get` shows. */
describe("Who knows a lease's token and not its session's key", () => {
  let fixture: DispatchFixture;
  let holder: TestWorker;
  let lease: LeaseRef;

  beforeEach(async () => {
    fixture = new DispatchFixture();
    holder = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask());
    lease = leaseOf(holder.newest);
  });

  afterEach(() => fixture?.stop());

  const assertUntouched = async (): Promise<void> => {
    const task = await fixture.task(lease.taskId);
    assert.deepEqual([task.state, task.attempt, task.progress], ["LEASED", 1, null]);
    holder.settle(completed(lease));
    await fixture.turns();
    assert.equal(holder.answers[0]?.status, "OK");
  };

  for (const [what, settlementOf] of Object.entries(SETTLEMENTS)) {
    it(`${what} nothing over a stream of its own`, async () => {
      const stranger = await fixture.worker({ dispatcher: fixture.another() });
      stranger.settle(settlementOf(lease));
      await fixture.turns();
      assert.deepEqual(stranger.answers, [{ lease, status: "STALE", reason: "" }]);
      await assertUntouched();
    });

    it(`${what} nothing without a stream, and is answered alike once the task is done`, async () => {
      const stranger = (await fixture.worker()).key;
      const forge = async (key: SessionKey): Promise<void> => {
        const answers = await fixture.dispatcher.settle(key, [settlementOf(lease)]);
        assert.deepEqual(answers, [{ lease, status: "STALE", reason: "" }]);
      };
      await forge(stranger);
      await forge(newSessionKey());
      await assertUntouched();
      await forge(stranger);
    });
  }

  it("renews nothing and reports nothing by a heartbeat", async () => {
    const stranger = await fixture.worker({ dispatcher: fixture.another() });
    const progress = { fraction: 0.9, note: "forged" };
    const beaten = stranger.beat([{ lease, progress, checkpoint: Buffer.from("forged") }]);
    await fixture.turns();
    assert.deepEqual(stranger.got("heartbeat_ack"), [
      { kind: "heartbeat_ack", sequence: beaten, lost: [lease], cancelled: [] },
    ]);
    await assertUntouched();
  });

  it("takes no lease over by saying that it holds it", async () => {
    const stranger = await fixture.worker({ resume: newSessionKey(), held: [lease] });
    const welcome = stranger.got("welcome")[0];
    assert.deepEqual([welcome?.kept, welcome?.lost], [[], [lease]]);
    await assertUntouched();
  });

  it("takes no session over by the id that logs name it by", async () => {
    const id = holder.session.id;
    const stranger = await fixture.worker({ resume: id as string as SessionKey, held: [lease] });
    assert.notEqual(stranger.session.id, id);
    assert.equal(holder.endedWith, undefined);
    assert.deepEqual(stranger.got("welcome")[0]?.lost, [lease]);
    await assertUntouched();
  });
});
