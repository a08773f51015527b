import { decodeStatus, loadBaton } from "@baton/proto";
import { credentials, type ServiceError, status } from "@grpc/grpc-js";
import type { Received, Sent } from "../../../worker-sdk/src/wire.ts";
import type { CallOutcome, TaskSeen } from "./events.ts";
import { hashOf } from "./history.ts";

/** What came of a call. */
export type Answer<Response> =
  | { readonly outcome: "ok"; readonly response: Response; readonly reason: "" }
  | { readonly outcome: "fail" | "info"; readonly reason: string };

/** Statuses that say that nothing happened. */
const REFUSALS = [
  status.INVALID_ARGUMENT,
  status.NOT_FOUND,
  status.ALREADY_EXISTS,
  status.FAILED_PRECONDITION,
  status.RESOURCE_EXHAUSTED,
  status.UNIMPLEMENTED,
];

/** Calls to one dispatcher's task service, none of which throws. */
export class TaskCalls {
  readonly #client;

  constructor(address: string) {
    const { TaskService } = loadBaton().baton.v1;
    this.#client = new TaskService(address, credentials.createInsecure(), {
      "grpc.initial_reconnect_backoff_ms": 100,
      "grpc.max_reconnect_backoff_ms": 500,
      "grpc.use_local_subchannel_pool": 1,
    });
  }

  submit(task: Sent<"TaskSpec">, timeoutMs = 2_000): Promise<Answer<Received<"SubmitResponse">>> {
    return answerOf((done) => this.#client.submit({ task }, deadline(timeoutMs), done));
  }

  cancel(taskId: string, timeoutMs = 2_000): Promise<Answer<Received<"CancelResponse">>> {
    const request = { taskId, reason: "chaos" };
    return answerOf((done) => this.#client.cancel(request, deadline(timeoutMs), done));
  }

  get(taskId: string, timeoutMs = 2_000): Promise<Answer<Received<"GetResponse">>> {
    return answerOf((done) => this.#client.get({ taskId }, deadline(timeoutMs), done));
  }

  list(queue: string, pageToken: string): Promise<Answer<Received<"ListResponse">>> {
    const request = { queue, pageToken, pageSize: 500 };
    return answerOf((done) => this.#client.list(request, deadline(5_000), done));
  }

  close(): void {
    this.#client.close();
  }
}

/** A task as histories know it. */
export function taskSeen(task: Received<"Task">): TaskSeen {
  const finished = task.finishTime;
  return {
    taskId: task.id,
    state: String(task.state).replace("TASK_STATE_", ""),
    attempt: task.attempt,
    maxAttempts: task.maxAttempts,
    crashes: task.crashes,
    deliveries: task.deliveries,
    resultHash: task.result === null ? "" : hashOf(task.result.value),
    op: task.headers.op ?? "",
    finishedAtMs: finished === null ? null : Number(finished.seconds) * 1000 + finished.nanos / 1e6,
    failureType: task.lastFailure?.type ?? "",
  };
}

function deadline(timeoutMs: number): { deadline: number } {
  return { deadline: Date.now() + timeoutMs };
}

function answerOf<Response>(
  call: (done: (error: ServiceError | null, response?: Response) => void) => void,
): Promise<Answer<Response>> {
  return new Promise((resolve) => {
    call((error, response) => {
      if (error === null && response !== undefined) {
        resolve({ outcome: "ok", response, reason: "" });
      } else {
        resolve({ outcome: outcomeOf(error), reason: reasonOf(error) });
      }
    });
  });
}

function outcomeOf(error: ServiceError | null): Exclude<CallOutcome, "ok"> {
  return error !== null && REFUSALS.includes(error.code) ? "fail" : "info";
}

function reasonOf(error: ServiceError | null): string {
  const packed = error?.metadata?.get("grpc-status-details-bin")[0];
  if (packed instanceof Buffer) {
    const details = decodeStatus(packed)?.details ?? [];
    return details.find((detail) => detail.kind === "error_info")?.reason ?? "";
  }
  return error === null ? "" : (status[error.code] ?? "");
}
