import { decodeStatus, loadBaton } from "@baton/proto";
import { credentials, type ServiceError, status } from "@grpc/grpc-js";
import type { Received, Sent } from "../../../../worker-sdk/src/values/wire.ts";
import type { CallOutcome, TaskSeen } from "../history/events.ts";
import { hashOf } from "../history/history.ts";
import { opOf } from "./automation-plan.ts";

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

const OPEN_STATES = ["TASK_STATE_SCHEDULED", "TASK_STATE_READY", "TASK_STATE_LEASED"] as const;

/** How clients of a chaos run connect: soon again, each on a connection of its own. */
export const CHANNEL_OPTIONS = {
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 500,
  "grpc.use_local_subchannel_pool": 1,
} as const;

/** Calls to one dispatcher's task service, none of which throws. */
export class TaskCalls {
  readonly #client;

  constructor(address: string) {
    const { TaskService } = loadBaton().baton.v1;
    this.#client = new TaskService(address, credentials.createInsecure(), CHANNEL_OPTIONS);
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

  /** Lists tasks of a queue, those that are not final alone where asked to. */
  list(
    queue: string,
    pageToken: string,
    isOpenOnly = false,
  ): Promise<Answer<Received<"ListResponse">>> {
    const states = isOpenOnly ? [...OPEN_STATES] : [];
    const request = { queue, pageToken, pageSize: 500, states };
    return answerOf((done) => this.#client.list(request, deadline(5_000), done));
  }

  close(): void {
    this.#client.close();
  }
}

/** A task as histories know it. */
export function taskSeen(task: Received<"Task">): TaskSeen {
  const { finishTime, submitTime, headers, requestId } = task;
  return {
    taskId: task.id,
    state: String(task.state).replace("TASK_STATE_", ""),
    attempt: task.attempt,
    maxAttempts: task.maxAttempts,
    crashes: task.crashes,
    deliveries: task.deliveries,
    resultHash: task.result === null ? "" : hashOf(task.result.value),
    // Whose shard a task is, a listing says in the request id alone.
    op: opOf(headers, Number(requestId.split("/").at(-1))),
    finishedAtMs: finishTime === null ? null : millisecondsOf(finishTime),
    failureType: task.lastFailure?.type ?? "",
    submittedAtMs: submitTime === null ? 0 : millisecondsOf(submitTime),
  };
}

/** Epoch milliseconds of a time on the wire. */
export function millisecondsOf(time: NonNullable<Received<"Task">["submitTime"]>): number {
  return Number(time.seconds) * 1000 + time.nanos / 1e6;
}

/** The options of a call that may take so long. */
export function deadline(timeoutMs: number): { deadline: number } {
  return { deadline: Date.now() + timeoutMs };
}

/** Makes a call, and says what came of it. */
export function answerOf<Response>(
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
