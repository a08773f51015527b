import assert from "node:assert/strict";
import { QueueFigures } from "../../../server/src/dispatch/operating/queue-figures.ts";
import type { QueueName } from "../../../server/src/domain/ids.ts";
import { newTask } from "../../support/task-factory.ts";
import { DispatchFixture } from "../fixture.ts";

const QUEUES = 2_500;

describe("Figures of queues", () => {
  let fixture: DispatchFixture;
  let figures: QueueFigures;

  beforeEach(() => {
    fixture = new DispatchFixture();
    figures = new QueueFigures(fixture.store, fixture.clock);
  });
  afterEach(() => fixture?.stop());

  const submitTo = async (names: readonly string[]) => {
    await fixture.store.submit(names.map((name) => newTask({ queue: name as QueueName })));
    fixture.store.forgetCalls();
  };
  const asked = () =>
    fixture.store.calls<readonly QueueName[]>("stats").map(({ length }) => length);

  it("are asked for a hundred queues at a time, and only for those of the page", async () => {
    await submitTo(Array.from({ length: QUEUES }, (_, at) => `queue-${10_000 + at}`));
    const page = await figures.page("queue-11000", 250);
    assert.deepEqual(asked(), [100, 100, 50]);
    assert.deepEqual(
      [page.queues[0]?.queue, page.queues.length, page.next],
      ["queue-11001", 250, "queue-11250"],
    );
    fixture.store.forgetCalls();
    assert.equal((await figures.all()).length, QUEUES);
    assert.deepEqual(asked(), new Array(QUEUES / 100).fill(100));
  });

  it("have every queue on one page, whatever the page's size", async () => {
    const names = Array.from({ length: 23 }, (_, at) => `q${100 + at}`);
    await submitTo(names);
    for (const size of [1, 5, 22, 23, 24]) {
      const listed: string[] = [];
      let after: string | null = "";
      while (after !== null) {
        const { queues, next } = await figures.page(after, size);
        listed.push(...queues.map(({ queue }) => queue));
        after = next;
      }
      assert.deepEqual(listed, names);
    }
  });

  it("are read once for all who ask at the same time, where there are many", async () => {
    await submitTo(Array.from({ length: QUEUES }, (_, at) => `queue-${at}`));
    await figures.all();
    fixture.store.forgetCalls();
    await Promise.all(Array.from({ length: 10 }, () => figures.all()));
    assert.equal(fixture.store.calls("queueNames").length, 1);
    assert.equal(asked().length, QUEUES / 100);
  });

  it("are read by two at a time", async () => {
    await submitTo(["a", "b"]);
    const held = Array.from({ length: 3 }, () => fixture.store.holdNext("queueNames"));
    const pages = Promise.all(Array.from({ length: 3 }, () => figures.page("", 1)));
    await fixture.turns();
    assert.equal(fixture.store.calls("queueNames").length, 2);
    for (const { release } of held) {
      release();
    }
    assert.equal((await pages).length, 3);
  });
});
