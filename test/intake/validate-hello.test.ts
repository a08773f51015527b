import assert from "node:assert/strict";
import { TaskError } from "../../server/src/domain/errors.ts";
import {
  type HelloInput,
  validateCredit,
  validateHello,
} from "../../server/src/intake/validate-hello.ts";

const SESSION = "0123456789abcdef-_ABCDEF";
const lease = { taskId: "email~0123456789abcdef", leaseToken: "1" };
const hello: HelloInput = {
  protocolVersion: 1,
  workerId: "worker-1",
  resumeSession: "",
  subscriptions: [{ queue: "email", types: [] }],
  held: [],
  labels: {},
  sdk: "",
  streamNumber: 3,
  concurrency: 4,
};

function wrong(changes: Partial<HelloInput>): TaskError {
  const error = validateHello({ ...hello, ...changes });
  assert.ok(error instanceof TaskError, "it was accepted");
  return error;
}

describe("The validation of a Hello", () => {
  it("takes a new session", () => {
    assert.deepEqual(validateHello(hello), {
      workerId: "worker-1",
      resumeSession: null,
      subscriptions: [{ queue: "email", types: null }],
      held: [],
      labels: {},
      sdk: "",
      streamNumber: 3,
      concurrency: 4,
    });
  });

  it("takes a session up with what the worker holds, two leases of one task included", () => {
    const newer = { ...lease, leaseToken: "2" };
    const checked = validateHello({
      ...hello,
      resumeSession: SESSION,
      subscriptions: [{ queue: "email", types: ["send", "bounce"] }],
      held: [lease, newer],
    });
    assert.ok(!(checked instanceof TaskError));
    assert.equal(checked.resumeSession, SESSION);
    assert.deepEqual(checked.subscriptions[0]?.types, ["send", "bounce"]);
    assert.deepEqual(
      checked.held.map(({ token }) => token),
      [1, 2],
    );
  });

  it("says which version it speaks to a worker of another", () => {
    const error = wrong({ protocolVersion: 2, workerId: "" });
    assert.equal(error.reason, "PROTOCOL_VERSION");
    assert.deepEqual(error.metadata, { supported: "1" });
  });

  const email = { queue: "email", types: [] };
  const many = Array.from({ length: 129 }, (_, index) => `t${index}`);
  for (const [name, changes, field] of [
    ["no version", { protocolVersion: 0 }, "hello.protocol_version"],
    ["no worker id", { workerId: "" }, "hello.worker_id"],
    ["a worker id with an escape", { workerId: "w\u001b[31m" }, "hello.worker_id"],
    ["a malformed session", { resumeSession: "x" }, "hello.resume_session"],
    ["no subscriptions", { subscriptions: [] }, "hello.subscriptions"],
    ["65 subscriptions", { subscriptions: Array(65).fill(email) }, "hello.subscriptions"],
    ["a queue twice", { subscriptions: [email, email] }, "hello.subscriptions[1].queue"],
    ["a bad queue", { subscriptions: [{ queue: "", types: [] }] }, "hello.subscriptions[0].queue"],
    [
      "a type twice",
      { subscriptions: [{ queue: "email", types: ["a", "a"] }] },
      "hello.subscriptions[0].types[1]",
    ],
    [
      "129 types",
      { subscriptions: [{ queue: "email", types: many }] },
      "hello.subscriptions[0].types",
    ],
    ["held leases without a session", { held: [lease] }, "hello.held"],
    [
      "a malformed held lease",
      { resumeSession: SESSION, held: [lease, { ...lease, leaseToken: "0" }] },
      "hello.held[1].lease_token",
    ],
    ["1001 held leases", { resumeSession: SESSION, held: Array(1001).fill(lease) }, "hello.held"],
    ["a bad label", { labels: { "a b": "" } }, 'hello.labels["a b"]'],
    ["a long sdk", { sdk: "a".repeat(129) }, "hello.sdk"],
    ["a lone surrogate", { sdk: "\uD83D" }, "hello.sdk"],
  ] as const satisfies readonly (readonly [string, Partial<HelloInput>, string])[]) {
    it(`refuses ${name} and names ${field}`, () => {
      const error = wrong(changes);
      assert.equal(error.reason, "INVALID_FIELD");
      assert.deepEqual(
        error.violations.map((violation) => violation.field),
        [field],
      );
    });
  }
});

describe("The validation of credit", () => {
  it("takes 1 to 1000", () => {
    assert.equal(validateCredit(1), null);
    assert.equal(validateCredit(1_000), null);
  });

  it("refuses none, less than none, and too much", () => {
    for (const tasks of [0, -1, -(2 ** 31), 1_001]) {
      assert.equal(validateCredit(tasks)?.violations[0]?.field, "credit.tasks");
    }
  });
});
