import assert from "node:assert/strict";
import type { DeadGroup } from "../../../server/src/dispatch/queue-control.ts";
import type { QueueName } from "../../../server/src/domain/ids.ts";
import { type FailureCount, StoreError } from "../../../server/src/store/store.ts";
import { die, lease, openSession, settlementOf } from "../../store/conformance/actions.ts";
import { newTasks, QUEUE } from "../../support/task-factory.ts";
import { DispatchFixture } from "../fixture.ts";

const [SMS, IDLE] = ["sms" as QueueName, "idle" as QueueName];
const ALL = { queue: null, after: "", limit: 100 };

describe("Dead tasks, counted", () => {
  let fixture: DispatchFixture;

  beforeEach(async () => {
    fixture = new DispatchFixture();
    await fixture.submit(...newTasks(1, { queue: IDLE }));
  });

  afterEach(() => fixture?.stop());

  const dieOf = async (queue: QueueName, types: readonly string[]): Promise<void> => {
    const { store } = fixture;
    await fixture.submit(...newTasks(types.length, { queue }));
    const session = await openSession(store, { queue });
    const leased = await lease(store, session, { limit: types.length });
    const outcomes = types.map((type) => die({ type, message: "m", stack: "" }));
    await store.settle(leased.map((task, at) => settlementOf(task, outcomes[at] ?? die())));
  };
  const group = (queue: QueueName, failureType: string | null, tasks: number): DeadGroup => ({
    queue,
    failureType,
    tasks,
  });

  it("are grouped by queue and failure type, the most first, and queues without any are not asked", async () => {
    await dieOf(QUEUE, ["Broken", "Late", "Late"]);
    await dieOf(SMS, ["Broken"]);
    const { queues } = fixture.dispatcher;
    const groups = [group(QUEUE, "Late", 2), group(QUEUE, "Broken", 1)];
    assert.deepEqual(await queues.countDead(ALL), {
      groups: [...groups, group(SMS, "Broken", 1)],
      unanswered: [],
      next: null,
    });
    assert.deepEqual((await queues.countDead({ ...ALL, queue: QUEUE })).groups, groups);
    assert.deepEqual((await queues.countDead({ ...ALL, queue: IDLE })).groups, []);
    const asked = fixture.store.calls<QueueName[]>("countDeaths").flat();
    assert.ok(!asked.includes(IDLE));
  });

  it("come queue by queue, page by page", async () => {
    await dieOf(QUEUE, ["Broken"]);
    await dieOf(SMS, ["Broken"]);
    const { queues } = fixture.dispatcher;
    const seen: DeadGroup[] = [];
    let after: string | null = "";
    do {
      const page = await queues.countDead({ queue: null, after, limit: 1 });
      seen.push(...page.groups);
      after = page.next;
    } while (after !== null);
    assert.deepEqual(seen, [group(QUEUE, "Broken", 1), group(SMS, "Broken", 1)]);
  });

  it("name the hundred most frequent types, and count the others together", async () => {
    const rare = Array.from({ length: 120 }, (_, at) => `Rare ${String(at).padStart(3, "0")}`);
    await dieOf(QUEUE, [...rare, "Often", "Often"]);
    const { groups } = await fixture.dispatcher.queues.countDead(ALL);
    assert.equal(groups.length, 101);
    assert.deepEqual(groups[0], group(QUEUE, "Often", 2));
    assert.deepEqual(groups[100], group(QUEUE, null, 21));
  });

  it("leave out queues that the store does not answer for, and name them", async () => {
    await dieOf(QUEUE, ["Broken"]);
    const away = new StoreError("unavailable", "down");
    fixture.store.countDeaths = async (): Promise<FailureCount[][]> => {
      throw away;
    };
    const { queues } = fixture.dispatcher;
    const page = await queues.countDead(ALL);
    assert.deepEqual([page.groups, page.unanswered], [[], [QUEUE]]);
    await assert.rejects(queues.countDead({ ...ALL, queue: QUEUE }), {
      reason: "STORE_UNAVAILABLE",
    });
  });
});
