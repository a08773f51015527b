import assert from "node:assert/strict";
import fc from "fast-check";
import { TaskError } from "../../server/src/domain/errors.ts";
import {
  DEFAULT_QUEUE_SETTINGS,
  type KeySettings,
} from "../../server/src/domain/flow/queue-settings.ts";
import { applyUpdate, type SettingsUpdate } from "../../server/src/domain/flow/settings-update.ts";
import { DEFAULTS } from "../../server/src/domain/limits.ts";
import {
  type KeySettingsInput,
  type QueueSettingsInput,
  validateKeySettings,
  validateSettingsUpdate,
} from "../../server/src/intake/validate-queue.ts";
import { garbage } from "../support/grpc/garbage.ts";

const nothing: QueueSettingsInput = {
  rateLimit: null,
  keyRateLimit: null,
  retryPolicy: null,
  retention: null,
};

function update(input: Partial<QueueSettingsInput>, paths: readonly string[] = []): SettingsUpdate {
  const checked = validateSettingsUpdate({ ...nothing, ...input }, paths);
  assert.ok(!(checked instanceof TaskError), String(checked));
  return checked;
}

function changed(input: Partial<QueueSettingsInput>, paths: readonly string[] = []) {
  const { names, settings } = update(input, paths);
  return Object.fromEntries(names.map((name) => [name, settings[name]]));
}

function fieldsOf(checked: unknown): string[] {
  assert.ok(checked instanceof TaskError, "it was taken");
  assert.equal(checked.reason, "INVALID_FIELD");
  return checked.violations.map(({ field, description }) => `${field} ${description}`);
}

function wrong(input: Partial<QueueSettingsInput>, paths: readonly string[] = []): string[] {
  return fieldsOf(validateSettingsUpdate({ ...nothing, ...input }, paths));
}

describe("The validation of a queue's settings", () => {
  it("changes what is set, a false and a 0 included, where no mask says otherwise", () => {
    assert.deepEqual(changed({ paused: false, concurrencyLimit: 0, keyWeight: 7 }), {
      isPaused: false,
      concurrencyLimit: null,
      keyWeight: 7,
    });
    assert.deepEqual(changed({ maxBacklog: "1000000000", keyMaxBacklog: "1" }), {
      maxBacklog: 1_000_000_000,
      keyMaxBacklog: 1,
    });
  });

  it("changes what the mask names: to its default where it is not set", () => {
    assert.deepEqual(changed({ paused: true, concurrencyLimit: 5 }, ["concurrency_limit"]), {
      concurrencyLimit: 5,
    });
    assert.deepEqual(changed({}, ["rate_limit", "fair_by", "key_weight", "rate_limit"]), {
      rateLimit: null,
      fairBy: "GRANTS",
      keyWeight: 1,
    });
    for (const paths of [["*"], ["paused", "*"], ["*", "paused"]]) {
      assert.deepEqual(changed({}, paths), { ...DEFAULT_QUEUE_SETTINGS });
    }
  });

  it("leaves what is not named as it is", () => {
    const before = { ...DEFAULT_QUEUE_SETTINGS, isPaused: true, maxBacklog: 10 };
    const after = applyUpdate(before, update({ concurrencyLimit: 5 }));
    assert.deepEqual(after, { ...before, concurrencyLimit: 5 });
  });

  it("fills in a rate's period and burst, and every default of a retry policy", () => {
    const rateLimit = { tasks: 100, period: null };
    assert.deepEqual(changed({ rateLimit }), {
      rateLimit: { tasks: 100, periodMs: 1_000, burst: 100 },
    });
    const retryPolicy = {
      maxAttempts: 9,
      initialBackoff: null,
      maxBackoff: null,
      nonRetryableTypes: [],
    };
    assert.deepEqual(changed({ retryPolicy }), {
      retryPolicy: { ...DEFAULTS.retryPolicy, maxAttempts: 9 },
    });
    assert.deepEqual(changed({ retention: { seconds: "1", nanos: 0 } }), { retentionMs: 10_000 });
  });

  const rate = (tasks: number, more: object = {}) => ({ tasks, period: null, ...more });
  for (const [input, paths, expected] of [
    [{}, [], "update_mask is required where settings has none that is set"],
    [{}, ["speed"], 'update_mask.paths[0] is no setting: "speed"'],
    [{}, ["*", "speed"], 'update_mask.paths[1] is no setting: "speed"'],
    [{}, ["speed", "*"], 'update_mask.paths[0] is no setting: "speed"'],
    [{}, ["paused", "__proto__"], 'update_mask.paths[1] is no setting: "__proto__"'],
    [
      {},
      ["rate_limit.burst"],
      "update_mask.paths[0] is a part of a setting: name rate_limit, which is replaced whole",
    ],
    [{ maxBacklog: "1000000001" }, [], "settings.max_backlog must be 0 to 1000000000"],
    [
      { keyMaxBacklog: "18446744073709551615" },
      [],
      "settings.key_max_backlog must be 0 to 1000000000",
    ],
    [{ concurrencyLimit: 1_000_001 }, [], "settings.concurrency_limit must be 0 to 1000000"],
    [{ keyConcurrencyLimit: 1e7 }, [], "settings.key_concurrency_limit must be 0 to 1000000"],
    [{ keyWeight: 0 }, [], "settings.key_weight must be 1 to 100"],
    [{ plainWeight: 101 }, [], "settings.plain_weight must be 1 to 100"],
    [{ attemptHistory: 101 }, [], "settings.attempt_history must be 0 to 100"],
    [{ fairBy: null }, [], "settings.fair_by is none of the values that there are"],
    [{ onDead: null }, [], "settings.on_dead is none of the values that there are"],
    [{ rateLimit: rate(0) }, [], "settings.rate_limit.tasks must be 1 to 1000000"],
    [{ rateLimit: rate(1, { burst: 0 }) }, [], "settings.rate_limit.burst must be 1 to 1000000"],
    [
      { keyRateLimit: rate(1, { period: { seconds: "0", nanos: 99_000_000 } }) },
      [],
      "settings.key_rate_limit.period must be 100 ms to 24 h",
    ],
    [
      {
        retryPolicy: {
          maxAttempts: 0,
          initialBackoff: null,
          maxBackoff: null,
          nonRetryableTypes: [],
        },
      },
      [],
      "settings.retry_policy.max_attempts must be 1 to 100",
    ],
    [
      { retention: { seconds: "31708800", nanos: 0 } },
      [],
      "settings.retention must be 0 ms to 366 days",
    ],
  ] as const) {
    it(`refuses: ${expected}`, () => {
      assert.deepEqual(wrong(input as Partial<QueueSettingsInput>, paths), [expected]);
    });
  }

  it("wants settings", () => {
    assert.deepEqual(fieldsOf(validateSettingsUpdate(null, ["paused"])), ["settings is required"]);
  });

  it("answers any input of the right types, and never throws", () => {
    const text = garbage(40);
    const duration = fc.option(fc.record({ seconds: text, nanos: fc.integer() }));
    const limit = fc.record(
      { tasks: fc.nat(), period: duration, burst: fc.nat() },
      { requiredKeys: ["tasks", "period"] },
    );
    const input = fc.record(
      {
        paused: fc.boolean(),
        maxBacklog: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
        concurrencyLimit: fc.nat(),
        keyWeight: fc.nat(),
        rateLimit: fc.option(limit),
        keyRateLimit: fc.option(limit),
        retryPolicy: fc.constant(null),
        retention: duration,
      },
      { requiredKeys: ["rateLimit", "keyRateLimit", "retryPolicy", "retention"] },
    );
    fc.assert(
      fc.property(input, fc.array(fc.oneof(text, fc.constant("paused"))), (settings, paths) => {
        const checked = validateSettingsUpdate(settings as QueueSettingsInput, paths);
        assert.ok(checked instanceof TaskError || checked.names.length > 0);
      }),
    );
  });
});

describe("The validation of what a concurrency key has of its own", () => {
  const put = (
    input: Partial<KeySettingsInput> | null,
    queue = "email",
    key = "tenant 7",
  ): KeySettings | null | TaskError =>
    validateKeySettings(queue, key, input && { rateLimit: null, paused: false, ...input });

  it("keeps what is set, and takes nothing for taking it back", () => {
    assert.deepEqual(put({ weight: 5 }), {
      weight: 5,
      concurrencyLimit: null,
      rateLimit: null,
      isPaused: false,
    });
    assert.equal(put({}), null);
    assert.equal(put(null), null);
  });

  for (const [input, queue, key, expected] of [
    [{}, "", "k", "queue is required"],
    [{}, "q", "", "key is required"],
    [{}, "q", "k".repeat(129), "key is longer than 128 bytes"],
    [{}, "q", "a\nb", "key has a control character"],
    [{}, "q", "a\uFFFD", "key is not well-formed text (a lone surrogate, invalid UTF-8 or U+FFFD)"],
    [{ weight: 0 }, "q", "k", "settings.weight must be 1 to 100"],
    [{ concurrencyLimit: 0 }, "q", "k", "settings.concurrency_limit must be 1 to 1000000"],
    [
      { rateLimit: { tasks: 1, period: null, burst: 0 } },
      "q",
      "k",
      "settings.rate_limit.burst must be 1 to 1000000",
    ],
  ] as const) {
    it(`refuses: ${expected.slice(0, 60)}`, () => {
      assert.deepEqual(fieldsOf(put(input, queue, key)), [expected]);
    });
  }
});
