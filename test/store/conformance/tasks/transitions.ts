import assert from "node:assert/strict";
import type { LeaseRef, QueueName, TaskId } from "../../../../server/src/domain/ids.ts";
import {
  TASK_STATES,
  type TaskState,
  TRANSITIONS,
  type TransitionCause,
} from "../../../../server/src/domain/task-state.ts";
import type { SettlementOutcome, Store } from "../../../../server/src/store/store.ts";
import { newTask, retryPolicy } from "../../../support/task-factory.ts";
import {
  cancel,
  complete,
  die,
  find,
  type HeldTask,
  lease,
  leaseOne,
  openSession,
  redrive,
  refOf,
  release,
  renew,
  report,
  retry,
  settle,
  sweep,
  type TestSession,
  timedOut,
} from "../actions.ts";
import type { Fixture } from "../fixture.ts";
import type { StoreUnderTest } from "../harness.ts";

// Well apart from each other: what comes to pass once one is over must not have come before.
const DELAY_MS = 10_000;
const START_DEADLINE_MS = 100_000;
const TTL_MS = 600_000;
const KEPT_MS = 86_400_000;

/** A task in some state, alone in its queue. */
interface Subject {
  readonly under: StoreUnderTest;
  readonly store: Store;
  readonly queue: QueueName;
  readonly id: TaskId;
  readonly session: TestSession;
  /** The lease that it has or had last; a made-up one where it had none. */
  readonly last: HeldTask;
}

/** A way into a state: what is done to a task that was submitted with the fields given. */
interface Way {
  readonly to: TaskState;
  readonly spec?: Parameters<typeof newTask>[0];
  /** What is done, in this order. */
  readonly by?: readonly Step[];
}

type Step = "lease" | "complete" | "retry" | "die" | "release" | "reclaim" | "cancel" | "expire";

/** At least one way into every state, and each past that could make a difference. */
const WAYS: readonly Way[] = [
  { to: "SCHEDULED", spec: { due: { kind: "after", delayMs: DELAY_MS } } },
  { to: "SCHEDULED", by: ["lease", "retry"] },
  { to: "READY" },
  { to: "READY", by: ["lease", "release"] },
  { to: "READY", by: ["lease", "reclaim"] },
  { to: "LEASED", by: ["lease"] },
  { to: "LEASED", by: ["lease", "reclaim", "lease"] },
  { to: "LEASED", by: ["lease"], spec: limits(1, 1) },
  { to: "SUCCEEDED", by: ["lease", "complete"] },
  { to: "SUCCEEDED", by: ["lease", "reclaim", "complete"] },
  { to: "DEAD", by: ["lease", "die"] },
  { to: "DEAD", by: ["lease", "reclaim"], spec: limits(3, 1) },
  { to: "CANCELLED", by: ["cancel"] },
  { to: "CANCELLED", by: ["lease", "cancel"] },
  { to: "EXPIRED", by: ["expire"] },
];

/** Something that is asked of a store about a task. */
interface Operation {
  readonly what: string;
  /** What it moves tasks by, one after the other; nothing where it moves none. */
  readonly by: readonly TransitionCause[];
  /** By what it may move those instead that it does not move so. */
  readonly orBy?: readonly (readonly TransitionCause[])[];
  /** Where the task has to wait before it is READY again, which is the one exception of the table. */
  readonly isDelayed?: boolean;
  readonly run: (subject: Subject) => Promise<unknown>;
}

/** Every call that a store takes, so that a new one has to say here how it moves tasks. */
const OPERATIONS: Readonly<Record<keyof Store, readonly Operation[]>> = {
  submit: [{ what: "submit it again", by: [], run: submitAgain }],
  lease: [
    { what: "lease", by: ["lease"], run: leaseNow },
    {
      what: "lease what is due",
      by: ["promote", "lease"],
      orBy: [["lease"]],
      run: after(2 * DELAY_MS, leaseNow),
    },
    {
      what: "lease after the start deadline",
      by: ["expire"],
      orBy: [["lease"], ["promote", "lease"]],
      run: after(2 * START_DEADLINE_MS, leaseNow),
    },
  ],
  settle: [
    settling("complete", complete(), ["complete"]),
    settling("fail and retry later", retry(DELAY_MS), ["retry"], [["die"]]),
    settling("fail and retry now", retry(0), ["retry", "promote"], [["die"]]),
    settling("fail for good", die(), ["die"]),
    settling("time out", timedOut({ kind: "retry", delayMs: DELAY_MS }), ["retry"], [["die"]]),
    settling("time out for good", timedOut({ kind: "die" }), ["die"]),
    settling("release", release(), ["release"]),
    { ...settling("release for later", release(DELAY_MS), ["release"]), isDelayed: true },
  ],
  report: [{ what: "report", by: [], run: ({ store, last }) => report(store, last) }],
  openSession: [
    { what: "resume without it", by: ["release"], run: (subject) => resume(subject, []) },
    {
      what: "resume with it",
      by: [],
      run: (subject) => resume(subject, [refOf(subject.last)]),
    },
  ],
  renew: [
    { what: "renew", by: [], run: ({ store, session }) => renew(store, session, TTL_MS) },
    { what: "end its session", by: ["reclaim"], orBy: [["die"]], run: endSession },
  ],
  sweep: [
    {
      what: "sweep",
      by: [],
      run: ({ store, queue }) => sweep(store, queue),
    },
    {
      what: "sweep what is due",
      by: ["promote"],
      run: after(2 * DELAY_MS, ({ store, queue }) => sweep(store, queue)),
    },
    {
      what: "sweep after the start deadline",
      by: ["expire"],
      orBy: [["promote"]],
      run: after(2 * START_DEADLINE_MS, ({ store, queue }) => sweep(store, queue)),
    },
  ],
  cancel: [{ what: "cancel", by: ["cancel"], run: ({ store, id }) => cancel(store, id) }],
  redrive: [{ what: "redrive", by: ["redrive"], run: ({ store, id }) => redrive(store, id) }],
  runNow: [{ what: "run now", by: ["promote"], run: ({ store, id }) => store.runNow([id]) }],
  // What it moves is gone (delete.ts).
  delete: [],
  get: [
    {
      what: "get",
      by: [],
      run: ({ store, id }) => store.get([id], { ahead: true, watch: true }),
    },
  ],
  list: [{ what: "list", by: [], run: list }],
  sessions: [{ what: "list sessions", by: [], run: ({ store, queue }) => store.sessions(queue) }],
  workers: [
    {
      what: "list workers",
      by: [],
      run: ({ store, queue }) => store.workers({ queue, after: "", limit: 10 }),
    },
  ],
  workerQueues: [],
  drainSessions: [],
  queueNames: [{ what: "list queues", by: [], run: ({ store }) => store.queueNames() }],
  countDeaths: [],
  stats: [{ what: "count", by: [], run: ({ store, queue }) => store.stats([queue]) }],
  settings: [],
  putSettings: [],
  putKey: [],
  keys: [],
  blockers: [],
  deleteQueue: [],
  idsOf: [],
  idsOfRequest: [],
  onHint: [],
  close: [],
};

const operations = Object.values(OPERATIONS).flat();
let queues = 0;

/** Every operation on tasks in every state, held to the table of transitions. */
export function describeTransitions(fixture: Fixture): void {
  for (const operation of operations) {
    const causes = operation.by.join(" and ") || "nothing";
    it(`${operation.what}: moves tasks by ${causes}, and no other way`, async function () {
      this.timeout(60_000);
      const left = new Set<TaskState>();
      for (const way of WAYS) {
        if (await isMoved(fixture.under, way, operation)) {
          left.add(way.to);
        }
      }
      const inTable = TASK_STATES.filter((state) => targetOf(state, operation.by) !== null);
      assert.deepEqual(
        TASK_STATES.filter((state) => left.has(state)),
        operation.by.length === 0 ? [] : inTable,
        "the states that it moves tasks from",
      );
    });
  }

  it("has every transition of the table made by some operation", () => {
    const made = new Set(operations.flatMap(({ by }) => by));
    for (const cause of TASK_STATES.flatMap((state) => Object.keys(TRANSITIONS[state]))) {
      assert.ok(made.has(cause as TransitionCause), cause);
    }
  });
}

/** Returns whether the operation moved a task as it does first of all; no other move may be outside the table. */
async function isMoved(
  under: StoreUnderTest,
  way: Way,
  { what, by, orBy = [], isDelayed = false, run }: Operation,
): Promise<boolean> {
  const subject = await prepare(under, way);
  await run(subject);
  const { state } = await find(subject.store, subject.id);
  const first = isDelayed && targetOf(way.to, by) !== null ? "SCHEDULED" : targetOf(way.to, by);
  const allowed = [way.to, first, ...orBy.map((causes) => targetOf(way.to, causes))];
  const past = [...(way.by ?? []), way.to].join(", ");
  assert.ok(allowed.includes(state), `${what}: a task (${past}) became ${state}`);
  return state === first && state !== way.to;
}

/** Where causes lead one after the other; null where the table has no such way. */
function targetOf(from: TaskState, by: readonly TransitionCause[]): TaskState | null {
  let state: TaskState | undefined = from;
  for (const cause of by) {
    state = state === undefined ? undefined : TRANSITIONS[state][cause];
  }
  return state ?? null;
}

async function prepare(under: StoreUnderTest, way: Way): Promise<Subject> {
  const { store } = under;
  queues += 1;
  const queue = `transitions-${queues}` as QueueName;
  const task = newTask({
    queue,
    retentionMs: KEPT_MS,
    startDeadlineMs: START_DEADLINE_MS,
    ...way.spec,
  });
  assert.deepEqual(await store.submit([task]), [{ kind: "created" }]);
  const session = await openSession(store, { queue, ttlMs: TTL_MS });
  const last = { id: task.id, token: 1, sessionId: session.sessionId } as unknown as HeldTask;
  let subject: Subject = { under, store, queue, id: task.id, session, last };
  for (const step of way.by ?? []) {
    subject = await take(step, subject);
  }
  const { state } = await find(store, task.id);
  assert.equal(state, way.to, `after ${(way.by ?? []).join(", ")}`);
  return subject;
}

async function take(step: Step, subject: Subject): Promise<Subject> {
  const { store, under, queue, id, last } = subject;
  switch (step) {
    case "lease": {
      const session = await openSession(store, { queue, ttlMs: TTL_MS });
      return { ...subject, session, last: await leaseOne(store, session) };
    }
    case "complete":
      await settle(store, last, complete());
      break;
    case "retry":
      await settle(store, last, retry(DELAY_MS));
      break;
    case "die":
      await settle(store, last, die());
      break;
    case "release":
      await settle(store, last, release());
      break;
    case "reclaim":
      await endSession(subject);
      break;
    case "cancel":
      await cancel(store, id);
      break;
    case "expire":
      await under.advance(2 * START_DEADLINE_MS);
      await sweep(store, queue);
      break;
  }
  return subject;
}

function limits(maxAttempts: number, maxCrashes: number): Way["spec"] {
  return { retryPolicy: retryPolicy({ maxAttempts, maxCrashes }) };
}

function settling(
  what: string,
  outcome: SettlementOutcome,
  by: readonly TransitionCause[],
  orBy: readonly (readonly TransitionCause[])[] = [],
): Operation {
  return { what, by, orBy, run: ({ store, last }) => settle(store, last, outcome) };
}

function after(ms: number, run: Operation["run"]): Operation["run"] {
  return async (subject) => {
    await subject.under.advance(ms);
    await run(subject);
  };
}

async function leaseNow({ store, queue }: Subject): Promise<void> {
  await lease(store, await openSession(store, { queue }));
}

async function submitAgain({ store, queue, id }: Subject): Promise<void> {
  await store.submit([{ ...newTask({ queue, retentionMs: KEPT_MS }), id }]);
}

/** Opens the session that has or had the lease once more. */
async function resume({ store, session }: Subject, held: readonly LeaseRef[]): Promise<void> {
  await openSession(store, { session, ttlMs: TTL_MS, held });
}

async function endSession({ store, session, queue }: Subject): Promise<void> {
  await renew(store, session, 0);
  await sweep(store, queue);
}

async function list({ store, queue }: Subject): Promise<void> {
  await store.list({
    queue,
    states: TASK_STATES,
    type: null,
    labels: {},
    submittedFromMs: null,
    submittedBeforeMs: null,
    limit: 10,
    after: null,
  });
}
