import { LIMITS } from "@baton/proto/shared";
import type { handleUnaryCall } from "@grpc/grpc-js";
import type {
  WorkerList,
  WorkerListCursor,
  WorkerListQuery,
} from "../../dispatch/worker-control.ts";
import { TaskError } from "../../domain/errors.ts";
import { isName, isSessionId, type QueueName, type SessionId } from "../../domain/ids.ts";
import { validateDrainWorker, validateListWorkers } from "../../intake/validate-workers.ts";
import { unaryAsync, unaryLarge } from "../calls/handler.ts";
import { decodePageToken, encodePageToken, invalidPageToken } from "../calls/page-token.ts";
import type { ServiceContext } from "../calls/service-context.ts";
import { toWireWorker, wireWorkerBytes } from "../convert/worker.ts";
import type { Handlers, Received, Sent } from "../wire.ts";

/** What a page may take of {@link LIMITS.maxMessageBytes}; the rest is for what was estimated. */
const MAX_PAGE_BYTES = LIMITS.maxMessageBytes - 256 * 1024;

/** Handles every method of `WorkerAdminService`. */
export function workerAdminService(context: ServiceContext): Handlers<"WorkerAdminService"> {
  return {
    ListWorkers: listWorkersHandler(context),
    DrainWorker: unaryAsync(context, async (request: Received<"DrainWorkerRequest">) => {
      const drain = validateDrainWorker(request);
      if (drain instanceof TaskError) {
        throw drain;
      }
      const { sessionIds, unanswered } = await context.dispatcher.workers.drain(
        drain.whom,
        drain.reason,
      );
      return { sessionIds: [...sessionIds], unanswered: [...unanswered] };
    }),
  };
}

function listWorkersHandler(
  context: ServiceContext,
): handleUnaryCall<Received<"ListWorkersRequest">, Sent<"ListWorkersResponse">> {
  return unaryLarge(context, LIMITS.maxMessageBytes, async (request) => {
    const asked = validateListWorkers(request);
    if (asked instanceof TaskError) {
      throw asked;
    }
    const filters = ["workers", asked.queue, asked.type, asked.workerId];
    const after = cursorOf(filters, request.pageToken);
    const { workers, next, unanswered } = await fittingPage(context, { ...asked, after });
    return {
      workers: workers.map(toWireWorker),
      nextPageToken: next === null ? "" : encodePageToken(filters, [next.queue, next.session]),
      unanswered: [...unanswered],
    };
  });
}

/** Asks again for fewer workers where a page would be larger than a message may be. */
async function fittingPage(context: ServiceContext, query: WorkerListQuery): Promise<WorkerList> {
  const page = await context.dispatcher.workers.list(query);
  let bytes = 0;
  for (const [index, worker] of page.workers.entries()) {
    bytes += wireWorkerBytes(worker);
    if (bytes > MAX_PAGE_BYTES && index > 0) {
      return fittingPage(context, { ...query, limit: index });
    }
  }
  return page;
}

function cursorOf(filters: readonly unknown[], token: string): WorkerListCursor | null {
  if (token === "") {
    return null;
  }
  const [queue, session] = decodePageToken(filters, token);
  const isSound =
    typeof queue === "string" &&
    isName(queue) &&
    typeof session === "string" &&
    (session === "" || isSessionId(session));
  if (!isSound) {
    throw invalidPageToken();
  }
  return { queue: queue as QueueName, session: session as SessionId | "" };
}
