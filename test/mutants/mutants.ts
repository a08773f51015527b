import { FLOW_MUTANTS } from "./flow-mutants.ts";

/** A text of ours that a mutant has in place of another. */
export interface Edit {
  /** From the repository's root. */
  readonly file: string;
  /** Must stand in the file exactly once, or as often as `times` says. */
  readonly snippet: string;
  readonly replacement: string;
  readonly times?: number;
}

/** A fault that somebody could make in our own code, and the promises that it breaks. */
export interface Mutant {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** The checker must name one of these. */
  readonly breaks: readonly string[];
  /** A seed near which the simulation finds it, where that is not one of the first. */
  readonly firstSeed?: number;
}

const SQLITE = "server/src/store/sqlite";
const DISPATCH = "server/src/dispatch";
const LUA = "server/src/store/redis/lua.generated.ts";

function one(
  name: string,
  breaks: readonly string[],
  file: string,
  snippet: string,
  replacement: string,
): Mutant {
  return { name, breaks, edits: [{ file, snippet, replacement }] };
}

/** Faults that the simulation must find: in the domain, the dispatcher, and the SQLite store. */
export const SIMULATED_MUTANTS: readonly Mutant[] = [
  one(
    "no fencing: any token settles",
    // S7 where an old token fails a newer attempt.
    ["S5", "S7"],
    `${SQLITE}/operations/settle.ts`,
    "if (row.token !== lease.token || row.holder !== sessionId) {",
    "if (row.holder !== sessionId) {",
  ),
  one(
    "any session fails and releases what another has, knowing the token",
    ["S5"],
    `${SQLITE}/operations/settle.ts`,
    "if (row.token !== lease.token || row.holder !== sessionId) {",
    "if (row.token !== lease.token) {",
  ),
  one(
    "any session completes what another has, knowing the token",
    ["S5"],
    `${SQLITE}/statements/statements.ts`,
    "WHERE seq = ? AND token = ? AND holder = ? AND state = 'LEASED'",
    "WHERE seq = ? AND token = ? AND ? <> '' AND state = 'LEASED'",
  ),
  one(
    "a lease may be settled again with another outcome",
    ["S5"],
    `${SQLITE}/operations/settle.ts`,
    `outcome.kind === "complete" && row.ended === "reclaim" && row.state === "READY";`,
    `outcome.kind === "complete" && row.state === "READY";`,
  ),
  one(
    "the sweep ignores renewals",
    ["S6"],
    `${SQLITE}/operations/sessions.ts`,
    "tx.statements.renewSession.run(tx.nowMs + renewal.ttlMs, renewal.credit ?? null, session.id);",
    "",
  ),
  {
    name: "the reclaim does not look whether the ttl has passed",
    breaks: ["S6"],
    edits: [
      {
        file: `${SQLITE}/statements/session-statements.ts`,
        snippet: "SELECT * FROM sessions WHERE queue = ? AND expires_at <= ? ORDER BY",
        replacement: "SELECT * FROM sessions WHERE queue = ? AND expires_at <= ? + 12000 ORDER BY",
      },
      {
        file: `${SQLITE}/statements/session-statements.ts`,
        snippet: "state = 'LEASED' AND expires_at <= ? LIMIT",
        replacement: "state = 'LEASED' AND expires_at <= ? + 12000 LIMIT",
      },
    ],
  },
  one(
    "tokens do not grow",
    ["S6"],
    `${SQLITE}/client/transaction.ts`,
    "return Math.max(previous + 1, this.nowMs * 1_000) as LeaseToken;",
    "return (Math.floor(this.nowMs / 60_000) * 60_000_000) as LeaseToken;",
  ),
  one(
    "no deduplication: a request id names no task",
    ["S3"],
    "server/src/domain/ids.ts",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a template in the source that it edits
    "return joinTaskId(queue, uniqueHash(`${queue}${SEPARATOR}${requestId}`));",
    "return newTaskId(queue, 0);",
  ),
  one(
    "a repeated submit is answered as new",
    ["S3"],
    `${SQLITE}/operations/submit.ts`,
    ': { kind: known.fingerprint === fingerprint ? "known" : "reused" };',
    ': { kind: "created" };',
  ),
  one(
    "answers come in another order than the settlements",
    ["S4", "S5", "S7", "S13"],
    `${SQLITE}/operations/settle.ts`,
    "return batch.map((settlement) => settleOne(tx, settlement));",
    "return batch.map((settlement) => settleOne(tx, settlement)).reverse();",
  ),
  one(
    "a settlement is answered before the store has it",
    ["S5", "S7", "S13", "L2", "S4"],
    `${DISPATCH}/session/session-settlements.ts`,
    "this.#answers.push(retryAnswer(lease));",
    'this.#answers.push({ lease, status: "OK", reason: "" });',
  ),
  {
    ...one(
      "a submit is answered although the store failed",
      ["S1"],
      `${DISPATCH}/submitting/submitter.ts`,
      "failureOf: (error) => taskErrorOf(error, settings.retryAfterMs),",
      'failureOf: () => ({ kind: "created" }),',
    ),
    // In the first a repeat is answered so alone, of a task that is there: S3.
    firstSeed: 2,
  },
  one(
    "a crash spends an attempt",
    ["S7"],
    `${SQLITE}/operations/sweep.ts`,
    "const attempt = row.attempt - 1;",
    "const attempt = row.attempt;",
  ),
  one(
    "a release spends an attempt",
    ["S7"],
    `${SQLITE}/operations/settle.ts`,
    "attempt: found.row.attempt - 1,",
    "attempt: found.row.attempt,",
  ),
  {
    name: "attempts have no bound",
    // The table's own constraint refuses the attempt, so that the task is stuck.
    breaks: ["S7", "L2", "L5"],
    edits: [
      {
        file: "server/src/domain/retry-policy.ts",
        snippet: "const isSpent = failed.attempt >= policy.maxAttempts;",
        replacement: "const isSpent = failed.attempt > policy.maxAttempts;",
      },
      {
        file: `${SQLITE}/operations/settle.ts`,
        snippet: 'if (next.kind === "die" || row.attempt >= row.max_attempts) {',
        replacement: 'if (next.kind === "die") {',
      },
    ],
  },
  one(
    "a cancelled task may still be completed",
    // S15 where it is failed instead: the queue's counts then disagree with its tasks.
    ["S12", "S4", "S15"],
    `${SQLITE}/operations/settle.ts`,
    'if (row.state !== "LEASED") {',
    'if (row.state !== "LEASED" && row.state !== "CANCELLED") {',
  ),
  one(
    "tasks are promoted before they are due",
    ["S8"],
    `${SQLITE}/statements/statements.ts`,
    "AND state = 'SCHEDULED' AND turn <= ?\n",
    "AND state = 'SCHEDULED' AND turn <= ? + 700\n",
  ),
  one(
    "final tasks are purged before their retention has passed",
    ["S1", "S4"],
    `${SQLITE}/statements/statements.ts`,
    "SELECT seq FROM states WHERE queue = ? AND state = +? AND turn <= ?\n",
    "SELECT seq FROM states WHERE queue = ? AND state = +? AND turn <= ? + 1e9\n",
  ),
  {
    ...one(
      "a session is not cut when its stream breaks",
      ["L1"],
      `${DISPATCH}/workers/sessions.ts`,
      "this.#cutOnceSettled(session, this.#options.settings.reconnectGraceMs);",
      "",
    ),
    firstSeed: 5,
  },
  one(
    "a worker is not told that its task was cancelled",
    ["S12"],
    `${DISPATCH}/session/renewer.ts`,
    "        passNotices(queueSession.session, outcome.notices);\n",
    "",
  ),
  one(
    "nobody sweeps",
    ["L1", "L2"],
    `${DISPATCH}/sweeping/sweeper.ts`,
    "const report = await store.sweep(queue.name, settings.sweepLimit);",
    `const report: SweepReport = {
      promoted: 0, expired: 0, purged: 0, reclaimed: [], timedOut: [], nextInMs: null,
    };`,
  ),
];

/** A fault that chaos finds where it strikes as this says. */
export interface StruckMutant extends Mutant {
  readonly store: "sqlite" | "redis";
  readonly strikes: readonly string[];
}

const BROKEN_SESSIONS = ["workerKilled", "connectionsReset", "workerKilled", "connectionsReset"];

/** Faults that only chaos on a real Redis can find: in the scripts that Redis runs. */
export const REDIS_MUTANTS: readonly StruckMutant[] = [
  {
    ...one(
      "no script fences: any token settles",
      ["S5"],
      LUA,
      "if r.token ~= token or r.session ~= session then return STALE end",
      "if r.session ~= session then return STALE end",
    ),
    store: "redis",
    strikes: BROKEN_SESSIONS,
  },
  {
    name: "no script compares the session: whoever knows the token settles",
    breaks: ["S5"],
    edits: [
      {
        file: LUA,
        snippet: "if r.token ~= token or r.session ~= session then return STALE end",
        replacement: "if r.token ~= token then return STALE end",
      },
      {
        file: LUA,
        snippet: "plain.token == token and plain.session == session and plain",
        replacement: "plain.token == token and plain",
      },
    ],
    store: "redis",
    strikes: BROKEN_SESSIONS,
  },
  {
    name: "the sweep script ignores renewals",
    breaks: ["S6"],
    edits: [
      {
        file: LUA,
        snippet: 'local ttl = redis.call(\\"PTTL\\", session_key(session))',
        replacement: "local ttl = 0",
      },
      {
        file: LUA,
        snippet: 'end\\n    redis.call(\\"ZADD\\", sessions, now_ms + ttl, session)\\n  else',
        replacement: "end\\n  else",
      },
    ],
    store: "redis",
    // Sessions have to live for longer than their ttl.
    strikes: ["redisFunctionsForgotten", "clientFrozen", "redisFunctionsForgotten", "clientFrozen"],
  },
  {
    ...one(
      "a reclaimed lease spends an attempt",
      ["S7"],
      LUA,
      "r.attempt, r.crashes, r.ended = r.attempt - 1,",
      "r.attempt, r.crashes, r.ended = r.attempt,",
    ),
    store: "redis",
    strikes: BROKEN_SESSIONS,
  },
];

/** Faults in schedules and events that only chaos on real processes can find. */
export const AUTOMATION_MUTANTS: readonly StruckMutant[] = [
  {
    name: "nothing keeps several dispatchers from firing the same tick",
    breaks: ["S9"],
    edits: [
      {
        file: "server/src/automation/schedules/schedule-records.ts",
        snippet: "await this.#documents.due(schedules, limit, hideMs);",
        replacement: "await this.#documents.due(schedules, limit, 0 * hideMs);",
      },
      {
        file: "server/src/automation/schedules/schedule-records.ts",
        snippet: "        expectedVersion: version,\n        isSmall",
        replacement: "        expectedVersion: null,\n        isSmall",
      },
      {
        file: "server/src/domain/schedules/schedule-step.ts",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a template in the source that it edits
        snippet: "trigger === null ? `t${fireAtMs}`",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a template in the source that it edits
        replacement: "trigger === null ? `t${fireAtMs}-${Math.random()}`",
      },
    ],
    store: "redis",
    strikes: ["redisSlow"],
  },
  {
    ...one(
      "ticks that nobody comes for at once are dropped",
      ["S9"],
      "server/src/domain/schedules/schedule-step.ts",
      "let nextMs = firstMs < lateMs ? calendar.next(lateMs - 1) : firstMs;",
      "let nextMs = calendar.next(Math.max(firstMs - 1, nowMs - 400));",
    ),
    store: "sqlite",
    strikes: ["dispatcherKilled", "dispatcherKilled"],
  },
  {
    ...one(
      "a firing that a crash cut short is never carried out",
      ["S9"],
      "server/src/automation/schedules/schedule-sweeper.ts",
      "await carrier.carryOut([...planned, ...claimed], nowMs);",
      "await carrier.carryOut(claimed, nowMs);",
    ),
    store: "redis",
    strikes: ["dispatchersKilledMidway", "dispatchersKilledMidway", "dispatchersKilledMidway"],
  },
  {
    ...one(
      "no sweep delivers what a crash left of an event",
      ["G12"],
      "server/src/automation/events/event-sweep.ts",
      "pending.push({ name, version, fingerprint, deliveries, tasks });",
      "",
    ),
    store: "redis",
    strikes: ["dispatchersKilledMidway", "dispatchersKilledMidway", "dispatchersKilledMidway"],
  },
  {
    ...one(
      "an event that is published again is another one",
      ["G12"],
      "server/src/domain/events/event.ts",
      ".update(JSON.stringify([source, id]))",
      ".update(JSON.stringify([source, id, Math.random()]))",
    ),
    store: "sqlite",
    strikes: ["connectionsReset"],
  },
];

/** Every mutant there is. */
export const MUTANTS: readonly Mutant[] = [
  ...FLOW_MUTANTS,
  ...SIMULATED_MUTANTS,
  ...REDIS_MUTANTS,
  ...AUTOMATION_MUTANTS,
];
