import type { Happening, HistoryEvent, LeaseSeen, TaskSeen } from "./events.ts";

type Kind = Happening["kind"];
type FieldsOf<Of extends Kind> = Partial<Omit<Extract<Happening, { kind: Of }>, "kind">>;

/** When the histories of builders begin, by the store's clock. */
export const START_MS = 1_000_000;
const DAY_MS = 86_400_000;

/** What a happening says where a test does not care. */
const PLAIN: { readonly [Of in Kind]: object } = {
  submit: {
    op: "op-1",
    queue: "q",
    requestId: "op-1",
    payloadHash: "body",
    delayMs: 0,
    concurrencyKey: "",
    orderingKey: "",
    wallMs: START_MS,
    isConflict: false,
  },
  submitted: {
    op: "op-1",
    sinceMs: 0,
    outcome: "ok",
    taskId: "q~1",
    isDeduplicated: false,
    isConflict: false,
    reason: "",
  },
  cancelled: { taskId: "q~1", sinceMs: 0, outcome: "ok", reason: "" },
  read: { sinceMs: 0, taskId: "q~1", isLast: true, task: null },
  hello: { stream: "w1-1", resumed: "", held: [] },
  welcome: { stream: "w1-1", session: "s1", ttlMs: 1_000, kept: [], lost: [] },
  grant: {
    stream: "w1-1",
    taskId: "q~1",
    token: START_MS * 1000,
    attempt: 1,
    maxAttempts: 3,
    crashes: 0,
    op: "op-1",
    payloadHash: "body",
  },
  heartbeat: { stream: "w1-1", sequence: 1, leases: [] },
  heartbeat_ack: { stream: "w1-1", sequence: 1, lost: [], cancelled: [] },
  cancel_frame: { stream: "w1-1", lease: { taskId: "q~1", token: START_MS * 1000 } },
  settle: {
    taskId: "q~1",
    token: START_MS * 1000,
    outcome: "complete",
    resultHash: "done",
    isForged: false,
  },
  settle_ack: {
    taskId: "q~1",
    token: START_MS * 1000,
    outcome: "complete",
    status: "OK",
    isForged: false,
  },
  schedule_put: {
    schedule: "s",
    payloadHash: "body",
    firstTickMs: START_MS,
    intervalMs: 1_000,
    shards: 1,
    misfirePolicy: "FIRE_ONCE",
    misfireThresholdMs: DAY_MS,
  },
  firings: { schedule: "s", firings: [], isLast: true, quietAtMs: START_MS },
  publish: { event: "e1", payloadHash: "body", subscriptions: ["points"], isConflict: false },
  published: {
    event: "e1",
    sinceMs: 0,
    wallMs: START_MS,
    outcome: "ok",
    taskIds: ["q~1"],
    isDeduplicated: false,
    isConflict: false,
    reason: "",
  },
  settings: {
    queue: "q",
    sinceMs: 0,
    outcome: "ok",
    isPaused: false,
    concurrencyLimit: null,
    rateLimit: null,
    keyConcurrencyLimit: null,
    keyRateLimit: null,
  },
  key_settings: {
    queue: "q",
    key: "acme",
    sinceMs: 0,
    outcome: "ok",
    isPaused: false,
    concurrencyLimit: null,
    rateLimit: null,
  },
  stream_end: { stream: "w1-1", code: "UNAVAILABLE" },
  start: { taskId: "q~1", token: START_MS * 1000 },
  end: { taskId: "q~1", token: START_MS * 1000 },
  fault: { name: "none", target: "" },
  killed: { target: "w1" },
  frozen: { target: "w1" },
  thawed: { target: "w1" },
  ready: { target: "d1", tookMs: 500, ranMs: 400, queuedMs: 50 },
  exit: { target: "w1", how: "code 0", isExpected: true, complaint: "" },
  memory: { target: "d1", bytes: 100_000_000 },
  audit: { problems: [] },
  quiet: {},
};

/** Token number n of a task, counted from 0; each a millisecond after the one before. */
export function tokenOf(n: number): number {
  return (START_MS + n) * 1000;
}

/** The lease of the task that builders speak of, by the number of its token. */
export function leaseNumber(n: number): LeaseSeen {
  return { taskId: "q~1", token: tokenOf(n) };
}

/** A task as it was read. */
export function taskSeen(overrides: Partial<TaskSeen> = {}): TaskSeen {
  return {
    taskId: "q~1",
    state: "SUCCEEDED",
    attempt: 1,
    maxAttempts: 3,
    crashes: 0,
    deliveries: 1,
    resultHash: "done",
    op: "op-1",
    finishedAtMs: START_MS + 100,
    failureType: "",
    submittedAtMs: START_MS,
    ...overrides,
  };
}

/** Writes a history by hand, an event every 10 ms. */
export class HistoryBuilder {
  readonly events: HistoryEvent[] = [];
  #atMs = 0;

  /** The time so far. */
  get nowMs(): number {
    return this.#atMs;
  }

  /** Adds a happening; what is not given is as for one task that one worker runs once. */
  add<Of extends Kind>(kind: Of, fields: FieldsOf<Of> = {}, by = "w1"): this {
    this.#atMs += 10;
    const since = "sinceMs" in PLAIN[kind] ? { sinceMs: this.#atMs - 5 } : {};
    const event = { ...PLAIN[kind], ...since, ...fields, kind, atMs: this.#atMs, by };
    this.events.push(event as unknown as HistoryEvent);
    return this;
  }

  /** Lets time pass. */
  wait(ms: number): this {
    this.#atMs += ms;
    return this;
  }

  /** A submit that is answered, and a worker that says hello. */
  begin(): this {
    return this.add("submit").add("submitted").add("hello").add("welcome");
  }

  /** The last read, which finds the task as given. */
  end(task: Partial<TaskSeen> = {}): this {
    return this.add("read", { task: taskSeen(task) });
  }
}
