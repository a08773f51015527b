import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { TaskError } from "../../domain/errors.ts";
import { type HandlerContext, unary } from "./handler.ts";

/** Answers every method of a service, all of them unary, with NOT_SUPPORTED. */
export function unsupportedService(
  context: HandlerContext,
  service: string,
  definition: Readonly<Record<string, unknown>>,
): UntypedServiceImplementation {
  const handler = unary<object, object>(context, (_, reply) =>
    reply.fail(new TaskError("NOT_SUPPORTED", `this dispatcher has no ${service}`)),
  );
  return Object.fromEntries(Object.keys(definition).map((method) => [method, handler]));
}
