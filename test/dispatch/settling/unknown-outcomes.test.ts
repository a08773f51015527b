import assert from "node:assert/strict";
import { newTask } from "../../support/task-factory.ts";
import { DispatchFixture } from "../fixture.ts";

describe("An answer of the store that this version does not know", () => {
  let fixture: DispatchFixture;

  beforeEach(() => {
    fixture = new DispatchFixture();
  });

  afterEach(async () => {
    await fixture?.stop();
    assert.deepEqual(fixture?.log.errors ?? [], []);
  });

  it("is told as such where a lease has it, and the tasks come later", async () => {
    const worker = await fixture.worker({ credit: 1 });
    await fixture.turns();
    fixture.store.answerNext("lease", { kind: "resting" });
    await fixture.submit(newTask());
    await fixture.advance(2_000);
    assert.equal(worker.granted.length, 1);
    assert.deepEqual(fixture.log.failures, [
      'the store answered a lease with the outcome "resting"',
    ]);
  });

  it("has a worker send its settlement again", async () => {
    const worker = await fixture.worker({ credit: 1 });
    const [id] = await fixture.submit(newTask());
    assert.ok(id);
    fixture.store.answerNext("settle", [{ kind: "resting" }]);
    worker.complete(worker.newest);
    await fixture.turns();
    assert.deepEqual(
      worker.answers.map(({ status }) => status),
      ["RETRY"],
    );
    worker.complete(worker.newest);
    await fixture.turns();
    assert.equal((await fixture.task(id)).state, "SUCCEEDED");
    assert.equal(worker.answers.at(-1)?.status, "OK");
  });
});
