import { LIMITS } from "@baton/proto/shared";
import type { Call } from "../../channel/call.ts";
import { BatonError } from "../../values/baton-error.ts";
import { bindMethods } from "../../values/bind-methods.ts";
import { services } from "../../values/wire.ts";
import { check } from "../call-checks.ts";
import { pagesOf } from "../pages.ts";
import { toWorkerInfo, type WorkerInfo } from "./worker-info.ts";

const { service: methods } = services.WorkerAdminService;

/** Which workers to list; all that is given has to hold. */
export interface WorkerQuery {
  /** Only workers that take tasks of this queue. */
  readonly queue?: string;
  /** Only workers that take this type, in that queue if one is given. */
  readonly type?: string;
  /** Only workers of this name. */
  readonly workerId?: string;
}

/** Which worker to ask to go: one session, or all workers of a name. */
export type WorkerToDrain = { readonly sessionId: string } | { readonly workerId: string };

/**
 * Lists the workers of every dispatcher on the store, and asks them to go. Get it from `TaskClient.workers`. Every call
 * rejects with a `BatonError`.
 *
 * @example
 * for await (const { workerId, running } of client.workers.list({ queue: "email" })) {
 *   console.log(workerId, running.map(({ taskId }) => taskId));
 * }
 * await client.workers.drain({ workerId: "mailer-3" }, { reason: "its disk is failing" });
 */
export class WorkerClient {
  readonly #call: Call;

  constructor(call: Call) {
    bindMethods(this, WorkerClient);
    this.#call = call;
  }

  /**
   * Yields workers' sessions, page by page, in no particular order. One that lives from the first page to the last
   * comes once. One whose worker died comes until its ttl has passed. Rejects with UNAVAILABLE behind those that it
   * could read if the store does not answer for all queues, since workers may be missing then.
   */
  async *list(query: WorkerQuery = {}): AsyncGenerator<WorkerInfo> {
    check((checks) => {
      const { queue, type, workerId } = checks.options("query", query);
      for (const [field, value] of Object.entries({ queue, type, workerId })) {
        if (value !== undefined) {
          checks.name(field, value);
        }
      }
    });
    const unanswered = new Set<string>();
    const listing = pagesOf((pageToken) =>
      this.#call(methods.ListWorkers, {
        ...query,
        pageToken,
      }),
    );
    for await (const page of listing) {
      yield* page.workers.map(toWorkerInfo);
      for (const queue of page.unanswered) {
        unanswered.add(queue);
      }
    }
    throwIfAny(unanswered, "workers may be missing");
  }

  /**
   * Asks a worker to finish what it has and go: it is granted nothing more, and `Worker.run` resolves there once its
   * handlers have ended. Resolves once the store knows of it, with the ids of the sessions; do not wait for their end by
   * that. May be repeated. Rejects with WORKER_NOT_FOUND if there is no such worker, and with UNAVAILABLE if others
   * may not have been found: call again then.
   *
   * @param options.reason for people; the worker is told. At most 1024 bytes
   */
  async drain(
    worker: WorkerToDrain,
    options: { readonly reason?: string } = {},
  ): Promise<readonly string[]> {
    const { sessionId = "", workerId = "" } = worker as Partial<Record<string, string>>;
    check((checks) => {
      const given: Partial<Record<string, unknown>> = checks.options("worker", worker);
      if ((given.sessionId === undefined) === (given.workerId === undefined)) {
        checks.refuse("worker", "must have a sessionId or a workerId, and not both");
      } else if (given.workerId !== undefined) {
        checks.name("workerId", given.workerId);
      } else {
        checks.required("sessionId", given.sessionId, LIMITS.maxKeyBytes);
      }
      checks.text("reason", checks.options("options", options).reason, LIMITS.maxReasonBytes);
    });
    const { reason = "" } = options;
    const answer = await this.#call(methods.DrainWorker, { sessionId, workerId, reason });
    throwIfAny(answer.unanswered, "workers of them may not have been asked to go");
    return answer.sessionIds;
  }
}

function throwIfAny(unanswered: Iterable<string>, consequence: string): void {
  const queues = [...unanswered];
  if (queues.length > 0) {
    const names = queues.length > 3 ? `${queues.length} queues` : queues.join(", ");
    throw new BatonError("UNAVAILABLE", `the store does not answer for ${names}: ${consequence}`);
  }
}
