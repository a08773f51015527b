import type { handleUnaryCall } from "@grpc/grpc-js";
import type { Operations } from "../../automation/operations/contract.ts";
import { TaskError } from "../../domain/errors.ts";
import { FieldChecks } from "../../intake/validate-fields.ts";
import { checkPageSize } from "../../intake/validate-list.ts";
import { validateOperation } from "../../intake/validate-operation.ts";
import { unaryAsync } from "../calls/handler.ts";
import { decodePageToken, encodePageToken, invalidPageToken } from "../calls/page-token.ts";
import type { ServiceContext } from "../calls/service-context.ts";
import { fromWireOperation, toWireOperation, toWirePreview } from "../convert/operation.ts";
import type { Handlers, Received, Sent } from "../wire.ts";

const OPERATION_ID = /^[A-Za-z0-9_-]{1,64}$/;
const PAGES_OF = ["operations"];

/** Handles every method of `OperationService`. */
export function operationService(
  context: ServiceContext,
  operations: Operations,
): Handlers<"OperationService"> {
  return {
    StartOperation: startHandler(context, operations),
    GetOperation: unaryAsync(context, async (request: Received<"GetOperationRequest">) => ({
      operation: toWireOperation(await operations.get(operationIdOf(request))),
    })),
    ListOperations: listHandler(context, operations),
    StopOperation: unaryAsync(context, async (request: Received<"StopOperationRequest">) => ({
      operation: toWireOperation(await operations.stop(operationIdOf(request))),
    })),
  };
}

function startHandler(
  context: ServiceContext,
  operations: Operations,
): handleUnaryCall<Received<"StartOperationRequest">, Sent<"StartOperationResponse">> {
  return (call, callback) => {
    const handle = unaryAsync(context, (request: Received<"StartOperationRequest">) =>
      start(operations, request, call.getPeer()),
    );
    handle(call, callback);
  };
}

async function start(
  operations: Operations,
  request: Received<"StartOperationRequest">,
  peer: string,
): Promise<Sent<"StartOperationResponse">> {
  const definition = validateOperation(fromWireOperation(request));
  if (definition instanceof TaskError) {
    throw definition;
  }
  return request.dryRun
    ? { preview: toWirePreview(await operations.preview(definition)) }
    : { operation: toWireOperation(await operations.start(definition, peer)) };
}

function listHandler(
  context: ServiceContext,
  operations: Operations,
): handleUnaryCall<Received<"ListOperationsRequest">, Sent<"ListOperationsResponse">> {
  return unaryAsync(context, async ({ pageSize, pageToken }) => {
    const checks = new FieldChecks("");
    const limit = checkPageSize(checks, pageSize);
    checks.throwIfWrong();
    const from = placeOf(pageToken);
    const all = await operations.list();
    const page = all.slice(from, from + limit);
    const next = from + page.length;
    return {
      operations: page.map(toWireOperation),
      nextPageToken: next < all.length ? encodePageToken(PAGES_OF, [next]) : "",
    };
  });
}

/** Where a page begins. An operation that is started meanwhile moves the others on: some may come twice. */
function placeOf(pageToken: string): number {
  if (pageToken === "") {
    return 0;
  }
  const [place] = decodePageToken(PAGES_OF, pageToken);
  if (!(Number.isInteger(place) && (place as number) > 0)) {
    throw invalidPageToken();
  }
  return place as number;
}

function operationIdOf({ operationId }: { readonly operationId: string }): string {
  const checks = new FieldChecks("");
  if (!OPERATION_ID.test(operationId)) {
    checks.refuse("operation_id", operationId === "" ? "is required" : "is not an operation's id");
  }
  checks.throwIfWrong();
  return operationId;
}
