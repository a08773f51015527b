import assert from "node:assert/strict";
import { LIMITS } from "@baton/proto/shared";
import fc from "fast-check";
import { TaskError } from "../../server/src/domain/errors.ts";
import { DEFAULTS } from "../../server/src/domain/limits.ts";
import type { TaskSpec } from "../../server/src/domain/task.ts";
import type { RetryPolicyInput } from "../../server/src/intake/validate-retry-policy.ts";
import {
  type TaskSpecInput,
  validateTaskSpec,
} from "../../server/src/intake/validate-task-spec.ts";
import { garbage } from "../support/grpc/garbage.ts";

const NOW_MS = Date.UTC(2026, 0, 1);
const YEAR_SECONDS = 366 * 24 * 3600;
const FLAG_OF_FRANCE = "\u{1F1EB}\u{1F1F7}";

const minimal: TaskSpecInput = {
  queue: "email",
  type: "send",
  payload: Buffer.alloc(0),
  contentType: "",
  headers: {},
  labels: {},
  requestId: "",
  startDeadline: null,
  attemptTimeout: null,
  retryPolicy: null,
  retention: null,
  deduplicationWindow: null,
  orderingKey: "",
  concurrencyKey: "",
};

const noPolicy: RetryPolicyInput = {
  initialBackoff: null,
  maxBackoff: null,
  nonRetryableTypes: [],
};

function check(changes: Partial<TaskSpecInput>): TaskSpec | TaskError {
  return validateTaskSpec({ ...minimal, ...changes }, NOW_MS, "task");
}

function valid(changes: Partial<TaskSpecInput>): TaskSpec {
  const spec = check(changes);
  assert.ok(!(spec instanceof TaskError), String(spec));
  return spec;
}

function wrong(changes: Partial<TaskSpecInput>): TaskError {
  const error = check(changes);
  assert.ok(error instanceof TaskError, "it was accepted");
  return error;
}

function seconds(count: number | string, nanos = 0): { seconds: string; nanos: number } {
  return { seconds: String(count), nanos };
}

function entries(count: number, value = "v"): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, value]));
}

function retry(changes: Partial<RetryPolicyInput>): Partial<TaskSpecInput> {
  return { retryPolicy: { ...noPolicy, ...changes } };
}

describe("The validation of a task spec", () => {
  it("fills in every default", () => {
    assert.deepEqual(valid({}), {
      queue: "email",
      type: "send",
      payload: minimal.payload,
      contentType: "",
      headers: {},
      labels: {},
      requestId: "",
      priority: 5,
      due: { kind: "now" },
      startDeadlineMs: null,
      attemptTimeoutMs: 600_000,
      retryPolicy: DEFAULTS.retryPolicy,
      retentionMs: 86_400_000,
      deduplicationWindowMs: 86_400_000,
      concurrencyKey: "",
      orderingKey: "",
    });
  });

  it("shares the default retry policy, also where it is spelt out", () => {
    assert.equal(valid({}).retryPolicy, DEFAULTS.retryPolicy);
    assert.equal(valid(retry({})).retryPolicy, DEFAULTS.retryPolicy);
    assert.equal(
      valid(retry({ maxAttempts: 5, initialBackoff: seconds(1) })).retryPolicy,
      DEFAULTS.retryPolicy,
    );
  });

  it("keeps what is given", () => {
    const spec = valid({
      payload: Buffer.from("work"),
      contentType: "text/plain",
      headers: { traceparent: "00-…-01", note: "two\nlines" },
      labels: { "team/name": FLAG_OF_FRANCE },
      requestId: "r-1",
      priority: 0,
      due: "delay",
      delay: seconds(1, 1),
      startDeadline: seconds(0, 1),
      attemptTimeout: seconds(86_400),
      retention: seconds(0),
      deduplicationWindow: seconds(YEAR_SECONDS),
      ...retry({
        maxAttempts: 1,
        maxCrashes: 100,
        initialBackoff: seconds(0),
        maxBackoff: seconds(0),
        multiplier: 1.5,
        nonRetryableTypes: ["Invalid"],
      }),
    });
    assert.equal(spec.labels["team/name"], FLAG_OF_FRANCE);
    assert.equal(spec.priority, 0);
    assert.deepEqual(spec.due, { kind: "after", delayMs: 1_001 });
    assert.equal(spec.startDeadlineMs, 1);
    assert.deepEqual(spec.retryPolicy, {
      maxAttempts: 1,
      maxCrashes: 100,
      initialBackoffMs: 0,
      maxBackoffMs: 0,
      multiplier: 1.5,
      nonRetryableTypes: ["Invalid"],
    });
  });

  it("keeps every task for 10 s, so that everybody who waits sees its end", () => {
    assert.equal(valid({ retention: seconds(0) }).retentionMs, 10_000);
    assert.equal(valid({ retention: seconds(9) }).retentionMs, 10_000);
    assert.equal(valid({ retention: seconds(11) }).retentionMs, 11_000);
  });

  it("takes a run_at that has passed, and one before 1970", () => {
    assert.deepEqual(valid({ due: "runAt", runAt: seconds(1) }).due, { kind: "at", atMs: 1_000 });
    assert.deepEqual(valid({ due: "runAt", runAt: seconds(-9) }).due, { kind: "at", atMs: 0 });
  });

  it("goes by the discriminator where both times are set", () => {
    const both = { delay: seconds(5), runAt: seconds(9) };
    assert.equal(valid({ ...both, due: "runAt" }).due.kind, "at");
    assert.equal(valid({ ...both, due: "delay" }).due.kind, "after");
  });

  it("raises a default max_backoff to the initial one that is longer", () => {
    assert.equal(
      valid(retry({ initialBackoff: seconds(3600) })).retryPolicy.maxBackoffMs,
      3_600_000,
    );
  });

  const wrongFields: readonly (readonly [string, Partial<TaskSpecInput>, string])[] = [
    ["no queue", { queue: "" }, "task.queue"],
    ["a queue with a brace", { queue: "a{b}" }, "task.queue"],
    ["a queue that begins with a dot", { queue: ".a" }, "task.queue"],
    ["a queue that ends with a newline", { queue: "a\n" }, "task.queue"],
    ["a queue of 129 characters", { queue: "a".repeat(129) }, "task.queue"],
    ["a queue with a lone surrogate", { queue: "a\uD83D" }, "task.queue"],
    ["a queue named __proto__", { queue: "__proto__" }, "task.queue"],
    ["no type", { type: "" }, "task.type"],
    ["a type with an umlaut", { type: "größe" }, "task.type"],
    ["a long content type", { contentType: "a".repeat(129) }, "task.content_type"],
    ["a lone surrogate", { contentType: "\uD83D" }, "task.content_type"],
    ["U+FFFD", { requestId: "\uFFFD" }, "task.request_id"],
    ["a control character", { requestId: "a\u001b[2J" }, "task.request_id"],
    ["129 bytes in 43 characters", { requestId: "€".repeat(43) }, "task.request_id"],
    ["33 headers", { headers: entries(33) }, "task.headers"],
    ["an upper-case header", { headers: { Trace: "" } }, 'task.headers["Trace"]'],
    ["an empty header name", { headers: { "": "" } }, 'task.headers[""]'],
    ["a large header", { headers: entries(1, "a".repeat(1025)) }, 'task.headers["k0"]'],
    ["33 labels", { labels: entries(33) }, "task.labels"],
    ["a label with a space", { labels: { "a b": "" } }, 'task.labels["a b"]'],
    ["a label with a quote", { labels: { 'a"]': "" } }, 'task.labels["a\\"]"]'],
    ["a lone surrogate as a label", { labels: { "\uD83D": "" } }, 'task.labels["\uFFFD"]'],
    ["a large label", { labels: { k: "€".repeat(86) } }, 'task.labels["k"]'],
    ["a label with a control character", { labels: { k: "\u0085" } }, 'task.labels["k"]'],
    ["priority 10", { priority: 10 }, "task.priority"],
    ["a negative delay", { due: "delay", delay: seconds(-1) }, "task.delay"],
    ["a delay of 367 days", { due: "delay", delay: seconds(YEAR_SECONDS, 1) }, "task.delay"],
    ["nanos out of range", { due: "delay", delay: seconds(1, 1e9) }, "task.delay"],
    ["mixed signs", { due: "delay", delay: seconds(1, -1) }, "task.delay"],
    ["text for seconds", { due: "delay", delay: seconds("abc") }, "task.delay"],
    ["trailing letters", { due: "delay", delay: seconds("12x") }, "task.delay"],
    ["a huge delay", { due: "delay", delay: seconds("9223372036854775807") }, "task.delay"],
    ["a run_at in 367 days", { due: "runAt", runAt: seconds(2e9) }, "task.run_at"],
    ["a run_at after year 9999", { due: "runAt", runAt: seconds("253402300800") }, "task.run_at"],
    ["a run_at with negative nanos", { due: "runAt", runAt: seconds(1, -1) }, "task.run_at"],
    ["a start deadline of 0", { startDeadline: seconds(0) }, "task.start_deadline"],
    ["an attempt timeout of 0", { attemptTimeout: seconds(0) }, "task.attempt_timeout"],
    ["an attempt timeout over a day", { attemptTimeout: seconds(86_401) }, "task.attempt_timeout"],
    ["a negative retention", { retention: seconds(-1) }, "task.retention"],
    ["a long window", { deduplicationWindow: seconds(4e7) }, "task.deduplication_window"],
    ["no attempts", retry({ maxAttempts: 0 }), "task.retry_policy.max_attempts"],
    ["101 attempts", retry({ maxAttempts: 101 }), "task.retry_policy.max_attempts"],
    ["no crashes", retry({ maxCrashes: 0 }), "task.retry_policy.max_crashes"],
    ["a multiplier below 1", retry({ multiplier: 0.9 }), "task.retry_policy.multiplier"],
    ["NaN", retry({ multiplier: Number.NaN }), "task.retry_policy.multiplier"],
    ["infinity", retry({ multiplier: Infinity }), "task.retry_policy.multiplier"],
    [
      "a negative back-off",
      retry({ initialBackoff: seconds(-1) }),
      "task.retry_policy.initial_backoff",
    ],
    [
      "a longest back-off below the first",
      retry({ initialBackoff: seconds(9), maxBackoff: seconds(8) }),
      "task.retry_policy.max_backoff",
    ],
    [
      "33 failure types",
      retry({ nonRetryableTypes: Array(33).fill("a") }),
      "task.retry_policy.non_retryable_types",
    ],
    [
      "an empty failure type",
      retry({ nonRetryableTypes: ["a", ""] }),
      "task.retry_policy.non_retryable_types[1]",
    ],
    [
      "a long failure type",
      retry({ nonRetryableTypes: ["a".repeat(129)] }),
      "task.retry_policy.non_retryable_types[0]",
    ],
  ];
  for (const [name, changes, field] of wrongFields) {
    it(`refuses ${name} and names ${field}`, () => {
      const error = wrong(changes);
      assert.equal(error.reason, "INVALID_FIELD");
      assert.deepEqual(
        error.violations.map((violation) => violation.field),
        [field],
      );
      assert.ok(error.message.startsWith(field), error.message);
    });
  }

  it("names every field that is wrong at once", () => {
    const error = wrong({ queue: "", type: "", priority: 11, ...retry({ maxAttempts: 0 }) });
    assert.deepEqual(
      error.violations.map(({ field }) => field),
      ["task.queue", "task.type", "task.priority", "task.retry_policy.max_attempts"],
    );
    assert.match(error.message, /\(and 3 more\)$/);
  });

  it("says PAYLOAD_TOO_LARGE only where nothing else is wrong", () => {
    const payload = Buffer.alloc(LIMITS.maxPayloadBytes + 1);
    assert.equal(wrong({ payload }).reason, "PAYLOAD_TOO_LARGE");
    assert.equal(wrong({ payload, queue: "" }).reason, "INVALID_FIELD");
    assert.equal(valid({ payload: payload.subarray(1) }).payload.length, LIMITS.maxPayloadBytes);
  });

  it("keeps an ordering key and a concurrency key", () => {
    const { orderingKey, concurrencyKey } = valid({ orderingKey: "order 7", concurrencyKey: "ü" });
    assert.deepEqual([orderingKey, concurrencyKey], ["order 7", "ü"]);
    const longest = "k".repeat(LIMITS.maxKeyBytes);
    assert.equal(valid({ concurrencyKey: longest }).concurrencyKey, longest);
  });

  for (const field of ["orderingKey", "concurrencyKey"] as const) {
    for (const [what, key] of [
      ["too long", "k".repeat(129)],
      ["too long in UTF-8", "ü".repeat(65)],
      ["no UTF-8", "a\uFFFD"],
      ["a control character", "a\u0000b"],
    ]) {
      it(`refuses as ${field} what is or has ${what}`, () => {
        const wire = field === "orderingKey" ? "task.ordering_key" : "task.concurrency_key";
        const error = wrong({ [field]: key });
        assert.deepEqual(
          error.violations.map((violation) => violation.field),
          [wire],
        );
      });
    }
  }

  it("tells a default that was asked for from one that was not", () => {
    assert.equal(valid({}).origins, undefined);
    assert.equal(valid(retry({ maxAttempts: 7 })).origins, undefined);
    assert.deepEqual(valid(retry({})).origins, { retryPolicy: "submit" });
    const retention = { seconds: "86400", nanos: 0 };
    assert.deepEqual(valid({ retention }).origins, { retention: "submit" });
    assert.equal(valid({ retention: { seconds: "3600", nanos: 0 } }).origins, undefined);
  });

  it("names the place in a batch, and in a stream", () => {
    const input = { ...minimal, queue: "" };
    const inBatch = validateTaskSpec(input, NOW_MS, "tasks", 3) as TaskError;
    assert.equal(inBatch.violations[0]?.field, "tasks[3].queue");
    const inStream = validateTaskSpec(null, NOW_MS, "items", 0, "task") as TaskError;
    assert.equal(inStream.violations[0]?.field, "items[0].task");
    assert.equal(inStream.message, "items[0].task is required");
  });

  it("refuses the key __proto__ and pollutes nothing", () => {
    const labels = JSON.parse('{"__proto__": "polluted"}');
    const error = wrong({ labels, headers: labels });
    assert.equal(error.violations.length, 2);
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
  });

  it("answers any input of the right types, and never throws", () => {
    const text = garbage(300);
    const duration = fc.option(
      fc.record({ seconds: fc.oneof(text, fc.bigInt().map(String)), nanos: fc.integer() }),
    );
    const map = fc.dictionary(text, text, { maxKeys: 40 });
    const input: fc.Arbitrary<TaskSpecInput> = fc.record({
      queue: text,
      type: text,
      payload: fc.uint8Array(),
      contentType: text,
      headers: map,
      labels: map,
      requestId: text,
      priority: fc.double(),
      delay: duration,
      runAt: duration,
      due: fc.constantFrom("delay" as const, "runAt" as const),
      startDeadline: duration,
      attemptTimeout: duration,
      retryPolicy: fc.option(
        fc.record({
          maxAttempts: fc.double(),
          maxCrashes: fc.double(),
          initialBackoff: duration,
          maxBackoff: duration,
          multiplier: fc.double(),
          nonRetryableTypes: fc.array(text),
        }),
      ),
      retention: duration,
      deduplicationWindow: duration,
      orderingKey: text,
      concurrencyKey: text,
    });
    fc.assert(
      fc.property(input, (spec) => {
        const result = validateTaskSpec(spec, NOW_MS, "task");
        if (result instanceof TaskError) {
          assert.ok(result.message.isWellFormed());
          assert.ok(result.violations.every(({ field }) => field.isWellFormed()));
        }
      }),
    );
  });
});
