import assert from "node:assert/strict";
import {
  FINAL_STATES,
  isFinal,
  TASK_STATES,
  type TaskState,
  TRANSITIONS,
  type TransitionCause,
} from "../../server/src/domain/task-state.ts";

const CAUSES: readonly TransitionCause[] = [
  "promote",
  "lease",
  "complete",
  "retry",
  "die",
  "release",
  "reclaim",
  "cancel",
  "expire",
  "redrive",
];

/** The state machine once more, as docs/architecture.md draws it; a dot is what does not happen. */
const EXPECTED: Readonly<Record<TaskState, string>> = {
  SCHEDULED: "READY . . . . . . CANCELLED EXPIRED .",
  READY: ". LEASED SUCCEEDED . . . . CANCELLED EXPIRED .",
  LEASED: ". . SUCCEEDED SCHEDULED DEAD READY READY CANCELLED . .",
  SUCCEEDED: ". . . . . . . . . .",
  DEAD: ". . . . . . . . . READY",
  CANCELLED: ". . . . . . . . . .",
  EXPIRED: ". . . . . . . . . .",
};

describe("The state machine", () => {
  for (const state of TASK_STATES) {
    const targets = EXPECTED[state].split(" ");
    for (const [index, cause] of CAUSES.entries()) {
      const target = targets[index];
      const title =
        target === "."
          ? `does not leave ${state} by ${cause}`
          : `leads from ${state} to ${target} by ${cause}`;
      it(title, () => {
        assert.equal(TRANSITIONS[state][cause] ?? ".", target);
      });
    }
  }

  it("has no cause beside those tested", () => {
    const causes = TASK_STATES.flatMap((state) => Object.keys(TRANSITIONS[state]));
    assert.deepEqual(new Set(causes), new Set(CAUSES));
  });

  it("reaches every state from those that a submit leads to", () => {
    const reached = new Set<TaskState>(["SCHEDULED", "READY"]);
    for (const state of reached) {
      for (const target of Object.values(TRANSITIONS[state])) {
        reached.add(target);
      }
    }
    assert.deepEqual(reached, new Set(TASK_STATES));
  });

  it("calls final what nothing but a redrive leaves", () => {
    for (const state of TASK_STATES) {
      const ways = Object.keys(TRANSITIONS[state]).filter((cause) => cause !== "redrive");
      assert.equal(isFinal(state), ways.length === 0, state);
      assert.equal(FINAL_STATES.includes(state), isFinal(state), state);
    }
  });
});
