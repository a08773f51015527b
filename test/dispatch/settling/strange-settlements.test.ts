import assert from "node:assert/strict";
import type { WorkerSettlement } from "../../../server/src/dispatch/contract.ts";
import { joinTaskId, type LeaseToken, type QueueName } from "../../../server/src/domain/ids.ts";
import { newTask } from "../../support/task-factory.ts";
import { DispatchFixture } from "../fixture.ts";
import type { TestWorker } from "../test-worker.ts";

const FORGED = 1_000;
const FAILURE = { type: "Boom", message: "", stack: "" };

describe("Settlements of leases that the session does not hold", () => {
  let fixture: DispatchFixture;

  beforeEach(() => {
    fixture = new DispatchFixture();
  });
  afterEach(() => fixture?.stop());

  for (const kind of ["complete", "fail"] as const) {
    it(`take a few store calls at a time, behind none of which others wait: ${kind}`, async () => {
      const forger = await fixture.worker({ workerId: "forger" });
      const honest = await fixture.worker({ workerId: "honest", credit: 1 });
      await fixture.submit(newTask());
      const asked = kind === "fail" ? "get" : "settle";
      fixture.store.forgetCalls();

      forger.settle(...forged(kind));
      honest.complete(honest.newest);
      await fixture.turns();

      assert.deepEqual(statuses(honest), ["OK"]);
      const calls = fixture.store
        .calls(asked)
        .filter((batch) => JSON.stringify(batch).includes("made-up"));
      assert.ok(calls.length <= 17, `${calls.length} calls without any time passing`);

      await fixture.advance(10_000);
      assert.equal(statuses(forger).length, FORGED);
      assert.ok(statuses(forger).every((status) => status === "STALE"));
    });
  }
});

function forged(kind: "complete" | "fail"): WorkerSettlement[] {
  return Array.from({ length: FORGED }, (_, at) => ({
    lease: {
      taskId: joinTaskId(`made-up-${at}` as QueueName, "AAAAAAAAAAAAAAAA"),
      token: 1 as LeaseToken,
    },
    outcome:
      kind === "complete"
        ? { kind, result: { value: Buffer.alloc(0), contentType: "" } }
        : { kind, failure: FAILURE, nonRetryable: false, retryAfterMs: null },
  }));
}

function statuses(worker: TestWorker): string[] {
  return worker.messages.flatMap((message) =>
    message.kind === "settle_ack" ? message.results.map(({ status }) => status) : [],
  );
}
