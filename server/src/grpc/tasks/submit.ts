import { LIMITS } from "@baton/proto/shared";
import type { handleUnaryCall } from "@grpc/grpc-js";
import type { NewTask, SubmitAnswer, SubmitOutcome } from "../../dispatch/contract.ts";
import { TaskError } from "../../domain/errors.ts";
import { checkCount, FieldChecks } from "../../intake/validate-fields.ts";
import { type TaskSpecInput, validateTaskSpec } from "../../intake/validate-task-spec.ts";
import { unary } from "../calls/handler.ts";
import type { ServiceContext } from "../calls/service-context.ts";
import { toNewTask, toReceipt } from "../convert/submit.ts";
import { toItemStatus } from "../status.ts";
import type { Received, Sent } from "../wire.ts";

/** What became of one task of several. */
export type ItemOutcome = Pick<Sent<"SubmitResult">, "receipt" | "error">;

// Thrown instead, it would end up in the dispatcher, which did not ask for it.
const NOT_ANSWERED = new TaskError("INTERNAL", "internal error");

/** Handles `Submit`. */
export function submitHandler(
  context: ServiceContext,
): handleUnaryCall<Received<"SubmitRequest">, Sent<"SubmitResponse">> {
  return unary(context, (request, reply) => {
    const nowMs = context.clock.nowMs();
    const spec = validateTaskSpec(request.task, nowMs, "task");
    if (spec instanceof TaskError) {
      reply.fail(spec);
      return;
    }
    const task = toNewTask(spec, nowMs);
    context.dispatcher.submit([task], (answer) => {
      const receipt = toReceipt(task, outcomeAt(answer, 0));
      if (receipt instanceof TaskError) {
        reply.fail(receipt);
      } else {
        reply.send({ receipt });
      }
    });
  });
}

/** Handles `SubmitBatch`. */
export function submitBatchHandler(
  context: ServiceContext,
): handleUnaryCall<Received<"SubmitBatchRequest">, Sent<"SubmitBatchResponse">> {
  return unary(context, ({ tasks }, reply) => {
    const checks = new FieldChecks("");
    checkCount(checks, "tasks", tasks, 1, LIMITS.maxBatchItems);
    checks.throwIfWrong();
    const specOf = (index: number): TaskSpecInput | null => tasks[index] ?? null;
    submitEach(context, { length: tasks.length, specOf, path: "tasks" }, (results) =>
      reply.send({ results }),
    );
  });
}

/** The specs of a request that carries several. */
export interface SpecList {
  readonly length: number;
  specOf(index: number): TaskSpecInput | null;
  /** The path of the list in the request. */
  readonly path: string;
  /** The spec's name in an item of the list; absent where the items are the specs. */
  readonly member?: string;
}

/**
 * Checks each spec and submits those that are in order.
 *
 * @param done called once, with an outcome a spec, in order
 */
export function submitEach(
  context: ServiceContext,
  list: SpecList,
  done: (outcomes: ItemOutcome[]) => void,
): void {
  const nowMs = context.clock.nowMs();
  const outcomes = new Array<ItemOutcome>(list.length);
  const tasks: NewTask[] = [];
  const places: number[] = [];
  for (let index = 0; index < list.length; index++) {
    const spec = validateTaskSpec(list.specOf(index), nowMs, list.path, index, list.member);
    if (spec instanceof TaskError) {
      outcomes[index] = { error: toItemStatus(spec) };
    } else {
      tasks.push(toNewTask(spec, nowMs));
      places.push(index);
    }
  }
  if (tasks.length === 0) {
    done(outcomes);
    return;
  }
  context.dispatcher.submit(tasks, (answer) => {
    const failure = answer instanceof TaskError ? { error: toItemStatus(answer) } : null;
    for (let at = 0; at < tasks.length; at += 1) {
      const outcome = failure ?? toOutcome(toReceipt(tasks[at] as NewTask, outcomeAt(answer, at)));
      outcomes[places[at] as number] = outcome;
    }
    done(outcomes);
  });
}

function toOutcome(receipt: Sent<"SubmitReceipt"> | TaskError): ItemOutcome {
  return receipt instanceof TaskError ? { error: toItemStatus(receipt) } : { receipt };
}

function outcomeAt(answer: SubmitAnswer, index: number): SubmitOutcome | TaskError {
  return answer instanceof TaskError ? answer : (answer[index] ?? NOT_ANSWERED);
}
