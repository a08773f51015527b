import type { QueueName, TaskId } from "../../server/src/domain/ids.ts";
import { completed, failed, leaseOf, released } from "../dispatch/test-worker.ts";
import { newTask, newTasks, retryPolicy } from "../support/task-factory.ts";
import type { TelemetryFixture } from "./telemetry-fixture.ts";

const STORE_ERRORS = ["unavailable", "unknown", "full"] as const;

/** Has everything happen once that a metric or a label tells of. */
export async function everythingOnce(fixture: TelemetryFixture): Promise<void> {
  fixture.telemetry.undecodable("schedule");
  fixture.telemetry.requestIdTaken();
  fixture.telemetry.cut("grpc", "memory");
  const tasks = newTasks(4, { retryPolicy: retryPolicy({ maxAttempts: 1 }) });
  const [, dying] = await fixture.submit(...tasks);
  const worker = await fixture.worker({ credit: 4 });
  const [first, second, third, fourth] = worker.granted.map(leaseOf);
  if (first === undefined || second === undefined || third === undefined || fourth === undefined) {
    throw new Error("the worker was not granted every task");
  }
  worker.settle(completed(first), failed(second), released(third, 60_000));
  await fixture.turns();
  worker.settle(completed(first));
  worker.settle(failed(first));
  worker.settle(completed({ ...first, taskId: "nowhere~0123456789abcdef" as TaskId }));
  await fixture.turns();
  fixture.plain.answerNext("settle", [{ kind: "no_room" }]);
  worker.settle(completed(fourth));
  await fixture.turns();
  await fixture.dispatcher.redrive(dying as TaskId);
  await fixture.dispatcher.cancel(fourth.taskId, "");
  worker.cut();
  await fixture.submit(newTask({ queue: "late" as QueueName, startDeadlineMs: 500 }));
  await slowAndCrashing(fixture);
  for (const kind of STORE_ERRORS) {
    fixture.plain.down = kind;
    await fixture.store.get([]).catch(() => {});
  }
  fixture.plain.down = null;
}

async function slowAndCrashing(fixture: TelemetryFixture): Promise<void> {
  await fixture.submit(newTask({ attemptTimeoutMs: 1_000 }));
  const worker = await fixture.worker({ credit: 3 });
  await fixture.advance(2_000);
  await fixture.submit(newTask());
  worker.cut();
  await fixture.advance(3_000);
}
