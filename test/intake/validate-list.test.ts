import assert from "node:assert/strict";
import { TaskError } from "../../server/src/domain/errors.ts";
import { TASK_STATES } from "../../server/src/domain/task-state.ts";
import { type ListInput, validateList } from "../../server/src/intake/validate-list.ts";

const all: ListInput = {
  queue: "email",
  states: [],
  type: "",
  labels: {},
  submittedFrom: null,
  submittedBefore: null,
  newestFirst: false,
  workerId: "",
  failureType: "",
  pageSize: 0,
};

describe("The validation of a listing", () => {
  it("lists every state in the order of a task's life where none is named", () => {
    assert.deepEqual(validateList(all), {
      queue: "email",
      states: TASK_STATES,
      type: null,
      labels: {},
      submittedFromMs: null,
      submittedBeforeMs: null,
      newestFirst: false,
      limit: 100,
    });
  });

  it("keeps the order of the states that are named", () => {
    const list = validateList({ ...all, states: ["DEAD", "READY"], pageSize: 1_000 });
    assert.ok(!(list instanceof TaskError));
    assert.deepEqual(list.states, ["DEAD", "READY"]);
    assert.equal(list.limit, 1_000);
  });

  for (const [name, changes, field] of [
    ["no queue", { queue: "" }, "queue"],
    ["a bad type", { type: "a b" }, "type"],
    ["what is no state", { states: ["READY", null] }, "states[1]"],
    ["a state twice", { states: ["READY", "READY"] }, "states[1]"],
    ["eight states", { states: Array(8).fill("READY") }, "states"],
    ["a bad label", { labels: { "": "" } }, 'labels[""]'],
    ["a page of 1001", { pageSize: 1_001 }, "page_size"],
    ["a bad worker", { workerId: "a b" }, "worker_id"],
    ["too long a type of failures", { failureType: "x".repeat(129) }, "failure_type"],
    ["bad times", { submittedFrom: { seconds: "x", nanos: 0 } }, "submitted_from"],
    ["bad nanos", { submittedBefore: { seconds: "0", nanos: 1e9 } }, "submitted_before"],
  ] as const satisfies readonly (readonly [string, Partial<ListInput>, string])[]) {
    it(`refuses ${name} and names ${field}`, () => {
      const error = validateList({ ...all, ...changes });
      assert.ok(error instanceof TaskError);
      assert.deepEqual(
        error.violations.map((violation) => violation.field),
        [field],
      );
    });
  }
});
