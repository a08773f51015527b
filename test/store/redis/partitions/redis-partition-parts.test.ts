import assert from "node:assert/strict";
import type {
  LeaseRef,
  LeaseToken,
  QueueName,
  SessionId,
  StreamId,
  TaskType,
  WorkerId,
} from "../../../../server/src/domain/ids.ts";
import type { LeasedTask } from "../../../../server/src/domain/task.ts";
import {
  allParts,
  runByPart,
} from "../../../../server/src/store/redis/partitions/partition-calls.ts";
import {
  innerQueueOf,
  layoutOf,
} from "../../../../server/src/store/redis/partitions/partition-ids.ts";
import {
  leaseRound,
  type TasksApart,
} from "../../../../server/src/store/redis/partitions/partition-lease.ts";
import { sweepParts } from "../../../../server/src/store/redis/partitions/partition-merge.ts";
import {
  mergeOpened,
  mergeRenewed,
} from "../../../../server/src/store/redis/partitions/partition-sessions.ts";
import {
  type LeaseOutcome,
  type LeaseRequest,
  type SessionOpened,
  type SessionOpening,
  type Store,
  StoreError,
  type SweepReport,
} from "../../../../server/src/store/store.ts";
import { newTask, newTasks, QUEUE } from "../../../support/task-factory.ts";

const SESSION = "session" as SessionId;
const layout = layoutOf(QUEUE, 3);
const { names } = layout;

describe("A round of partitions", () => {
  const down = () => new StoreError("unavailable", "down");
  const lost = () => new StoreError("unknown", "no answer");
  const tasks = (name: QueueName | undefined, count: number): LeaseOutcome => ({
    kind: "ok",
    tasks: Array.from({ length: count }, () => leased(name as QueueName)),
    left: 0,
  });
  /** Leases from partitions that answer as scripted, one answer a call, with nothing after the last. */
  const run = async (
    script: Partial<Record<number, readonly (LeaseOutcome | StoreError)[]>>,
    request: Partial<LeaseRequest> = {},
    apart: TasksApart = new Map(),
  ) => {
    const asked: [number, number][] = [];
    const left = new Map(names.map((name, at) => [name, [...(script[at] ?? [])]]));
    const store = {
      lease: async ({ queue, limit }: LeaseRequest) => {
        asked.push([names.indexOf(queue), limit]);
        const answer = left.get(queue)?.shift() ?? tasks(queue, 0);
        if (answer instanceof StoreError) {
          throw answer;
        }
        return answer;
      },
    } as Partial<Store> as Store;
    const whole: LeaseRequest = {
      queue: QUEUE,
      types: null,
      sessionId: SESSION,
      streamId: "stream" as StreamId,
      workerId: "worker" as WorkerId,
      limit: 10,
      maxPayloadBytes: 3 * 1024 * 1024,
      ...request,
    };
    return { outcome: await leaseRound(store, names, whole, apart), asked };
  };
  const countOf = (outcome: LeaseOutcome) => (outcome.kind === "ok" ? outcome.tasks.length : -1);

  it("asks one partition for all, and no other where that has enough", async () => {
    const { outcome, asked } = await run({ 0: [tasks(names[0], 10)] });
    assert.deepEqual([countOf(outcome), asked], [10, [[0, 10]]]);
  });

  it("asks the others at once for shares, and those again that had theirs", async () => {
    const { outcome, asked } = await run({
      0: [tasks(names[0], 2)],
      1: [tasks(names[1], 4), tasks(names[1], 1)],
    });
    assert.equal(countOf(outcome), 7);
    assert.deepEqual(asked, [
      [0, 10],
      [1, 4],
      [2, 4],
      [1, 4],
    ]);
  });

  it("asks one after the other where there is room for one payload", async () => {
    const { asked } = await run({ 1: [tasks(names[1], 1)] }, { maxPayloadBytes: 1_000 });
    assert.deepEqual(asked.slice(0, 3), [
      [0, 10],
      [1, 10],
      [2, 9],
    ]);
  });

  it("says what a session is where it has nothing for it, or hands over what it has", async () => {
    const gone = { kind: "session_gone" } as const;
    const superseded = { kind: "superseded" } as const;
    assert.deepEqual((await run({ 0: [gone] })).outcome, gone);
    assert.deepEqual((await run({ 1: [gone], 2: [superseded] })).outcome, superseded);
    assert.equal(countOf((await run({ 0: [tasks(names[0], 1)], 1: [gone] })).outcome), 1);
  });

  it("passes over partitions that certainly leased nothing, unless that goes for all", async () => {
    assert.equal(countOf((await run({ 0: [tasks(names[0], 1)], 1: [down()] })).outcome), 1);
    assert.equal(countOf((await run({ 0: [down()], 2: [tasks(names[2], 1)] })).outcome), 1);
    assert.equal(countOf((await run({ 1: [down()] })).outcome), 0);
    const all = { 0: [down()], 1: [down()], 2: [down()] };
    await assert.rejects(run(all), { kind: "unavailable" });
  });

  it("fails where a partition may have leased something, so that it is given back", async () => {
    const script = { 0: [tasks(names[0], 1)], 1: [down()], 2: [lost()] };
    await assert.rejects(run(script), { kind: "unknown" });
    await assert.rejects(run({ ...script, 1: [lost()], 2: [down()] }), { kind: "unknown" });
  });

  it("remembers of partitions that it did not ask whom they have tasks for alone", async () => {
    const other = "other" as SessionId;
    const apart: TasksApart = new Map();
    const pinning: LeaseOutcome = { kind: "ok", tasks: [], left: 0, pinned: [other, SESSION] };
    await run({ 2: [pinning] }, {}, apart);
    const { outcome } = await run({ 0: [tasks(names[0], 10)] }, {}, apart);
    assert.deepEqual(outcome.kind === "ok" && outcome.pinned, [other]);
    const after = await run({}, {}, apart);
    assert.ok(after.outcome.kind === "ok" && after.outcome.pinned === undefined);
  });

  it("remembers of partitions that it did not ask of which types they have suspects", async () => {
    const apart: TasksApart = new Map();
    const [one, two] = ["one", "two"] as TaskType[];
    const suspecting = (...suspects: TaskType[]): LeaseOutcome => ({
      ...{ kind: "ok", tasks: [], left: 0, suspects },
    });
    await run(
      { 1: [suspecting(one as TaskType)], 2: [suspecting(one as TaskType, two as TaskType)] },
      {},
      apart,
    );
    const { outcome } = await run({ 0: [tasks(names[0], 10)] }, {}, apart);
    assert.deepEqual(outcome.kind === "ok" && outcome.suspects, [one, two]);
    const after = await run({}, {}, apart);
    assert.ok(after.outcome.kind === "ok" && after.outcome.suspects === undefined);
  });
});

describe("Calls to several partitions", () => {
  const fail = (kind: "unavailable" | "unknown" | "full") =>
    Promise.reject(new StoreError(kind, kind));

  it("fail as all of them do, and else without saying that nothing was changed", async () => {
    await assert.rejects(allParts([fail("full"), fail("full")]), { kind: "full" });
    await assert.rejects(allParts([fail("full"), Promise.resolve(1)]), { kind: "unknown" });
    await assert.rejects(allParts([fail("full"), fail("unavailable")]), { kind: "unknown" });
    assert.deepEqual(await allParts([Promise.resolve(1), Promise.resolve(2)]), [1, 2]);
  });

  it("answer in the order of the items", async () => {
    const nameOf = (item: number) => names[item % 3] as QueueName;
    const run = async (items: readonly number[]) => items.map((item) => item * 10);
    assert.deepEqual(await runByPart([5, 1, 3, 4, 0], nameOf, run), [50, 10, 30, 40, 0]);
    assert.deepEqual(await runByPart([], nameOf, run), []);
  });

  it("make a session superseded where one says so, else gone where one does", () => {
    const ok = { kind: "ok", notices: [] } as const;
    const gone = { kind: "gone" } as const;
    const superseded = { kind: "superseded" } as const;
    assert.deepEqual(mergeRenewed(layout, [ok, ok, ok]), ok);
    assert.deepEqual(mergeRenewed(layout, [ok, gone, ok]), gone);
    assert.deepEqual(mergeRenewed(layout, [gone, ok, superseded]), superseded);
  });

  it("renew a session where they answer, and say which leases that leaves out", () => {
    const ok = { kind: "ok", notices: [] } as const;
    const away = new StoreError("unavailable", "away");
    const renewed = mergeRenewed(layout, [ok, away, ok]);
    assert.ok("kind" in renewed && renewed.kind === "ok");
    const ids = newTasks(30).map(({ id }) => id);
    assert.deepEqual(
      ids.map((id) => renewed.isLeftOut?.(id)),
      ids.map((id) => innerQueueOf(layout, id) === names[1]),
    );
    assert.equal(mergeRenewed(layout, [away, away, away]), away);
  });

  it("open a session where they answer, and leave its leases elsewhere open", () => {
    const away = new StoreError("unavailable", "away");
    const token = 1 as LeaseToken;
    const held = newTasks(30).map(({ id }) => ({ taskId: id, token }));
    const isAway = ({ taskId }: LeaseRef) => innerQueueOf(layout, taskId) === names[2];
    const opened: SessionOpened = {
      kind: "ok",
      kept: held.filter((ref) => innerQueueOf(layout, ref.taskId) === names[0]),
      lost: [],
      released: [],
      mayHaveTasks: false,
    };
    const opening = { held } as unknown as SessionOpening;
    const merged = mergeOpened(opening, layout, [opened, { ...opened, kept: [] }, away]);
    assert.ok("kept" in merged);
    assert.deepEqual(merged.kept, opened.kept);
    assert.deepEqual(merged.unanswered, held.filter(isAway));
    assert.equal(merged.kept.length + merged.lost.length + held.filter(isAway).length, held.length);
  });

  it("sweep those that answer, and come back soon for the others", async () => {
    const report: SweepReport = {
      promoted: 2,
      expired: 0,
      purged: 1,
      reclaimed: [],
      timedOut: [],
      nextInMs: 70,
    };
    const sweep = (failing: readonly QueueName[]) =>
      sweepParts(
        {
          sweep: async (name: QueueName) => (failing.includes(name) ? fail("unavailable") : report),
        } as Partial<Store> as Store,
        names,
        100,
      );
    assert.deepEqual(await sweep([]), { ...report, promoted: 6, purged: 3 });
    const some = await sweep(names.slice(0, 1));
    assert.deepEqual(some, { ...report, promoted: 4, purged: 2, nextInMs: 70 });
    await assert.rejects(sweep(names), { kind: "unavailable" });
  });
});

function leased(queue: QueueName): LeasedTask {
  const { id, spec } = newTask({ queue });
  return {
    id,
    token: 1 as LeaseToken,
    spec,
    attempt: 1,
    crashes: 0,
    checkpoint: Buffer.alloc(0),
    previousTraceparent: "",
    queuedMs: 0,
  };
}
