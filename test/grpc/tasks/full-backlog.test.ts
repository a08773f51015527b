import assert from "node:assert/strict";
import { TaskError } from "../../../server/src/domain/errors.ts";
import { toReceipt } from "../../../server/src/grpc/convert/submit.ts";
import type { SubmitOutcome } from "../../../server/src/store/store.ts";
import { newTask } from "../../support/task-factory.ts";

describe("A submit that finds a backlog full", () => {
  const task = newTask({ concurrencyKey: "acme" });
  const { queue } = task.spec;

  const share = "in the partition of the task, one of 4 that share the queue's limit";
  const told: readonly (readonly [NonNullable<SubmitOutcome["full"]>, string])[] = [
    [{ of: "queue", limit: 1 }, `queue ${queue} is full: 1 task may wait`],
    [{ of: "queue", limit: 20 }, `queue ${queue} is full: 20 tasks may wait`],
    [{ of: "key", limit: 2 }, 'key "acme" is full: 2 tasks may wait'],
    [{ of: "queue", limit: 2, partitions: 4 }, `queue ${queue} is full: 2 tasks may wait ${share}`],
  ];
  for (const [full, message] of told) {
    it(`says "${message}"`, () => {
      const error = toReceipt(task, { kind: "full", full });
      assert.ok(error instanceof TaskError);
      assert.equal(error.message, `the backlog of the ${message}`);
      const { of, limit, partitions } = full;
      assert.deepEqual(error.metadata, {
        queue,
        of,
        limit: String(limit),
        ...(partitions !== undefined && { partitions: String(partitions) }),
      });
    });
  }
});
