import type { EventEmitter } from "node:events";
import type {
  handleServerStreamingCall,
  handleUnaryCall,
  ServerWritableStream,
} from "@grpc/grpc-js";
import { endWithError, streaming, unaryWaiting } from "../calls/handler.ts";
import type { ServiceContext } from "../calls/service-context.ts";
import type { CallOfPeer } from "../connections/connection-ages.ts";
import { toWireTask } from "../convert/task.ts";
import { toTaskError } from "../status.ts";
import type { Received, Sent } from "../wire.ts";
import { taskIdOf } from "./read.ts";

type WatchCall = ServerWritableStream<Received<"WatchRequest">, Sent<"WatchResponse">>;

/** Handles `Await`. grpc-js itself ends the call at its deadline. */
export function awaitHandler(
  context: ServiceContext,
): handleUnaryCall<Received<"AwaitRequest">, Sent<"AwaitResponse">> {
  return unaryWaiting(context, async (call) => {
    const id = taskIdOf(call.request);
    using waiting = waitingCall(context, call);
    const task = await context.dispatcher.awaitFinal(id, waiting.signal);
    return { task: toWireTask(task, false) };
  });
}

/** Handles `Watch`. */
export function watchHandler(
  context: ServiceContext,
): handleServerStreamingCall<Received<"WatchRequest">, Sent<"WatchResponse">> {
  return streaming(context, (call: WatchCall) => {
    follow(context, call).then(
      () => call.end(),
      (error: unknown) => {
        if (!call.cancelled) {
          endWithError(call, toTaskError(error, context.log));
        }
      },
    );
  });
}

async function follow(context: ServiceContext, call: WatchCall): Promise<void> {
  const id = taskIdOf(call.request);
  using waiting = waitingCall(context, call);
  for await (const task of context.dispatcher.watch(id, waiting.signal)) {
    if (!call.write({ task: toWireTask(task, false) })) {
      await writable(call, waiting.signal);
    }
  }
  // An iteration that a shutdown ended ends quietly; the caller must not take that for the task's end.
  waiting.signal.throwIfAborted();
}

/**
 * Makes a signal that aborts when the caller is gone or a shutdown ends the call.
 *
 * @throws DRAINING where a shutdown has begun
 */
function waitingCall(
  context: ServiceContext,
  call: EventEmitter & CallOfPeer,
): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const abort = (reason: unknown): void => controller.abort(reason);
  const forget = context.waitingCalls.add(call, abort);
  controller.signal.throwIfAborted();
  call.once("cancelled", abort);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      forget();
      call.off("cancelled", abort);
    },
  };
}

/** Resolves when the stream takes writes again or the signal aborts: a caller that is gone never reads. */
function writable(call: EventEmitter, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      call.off("drain", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    call.once("drain", done);
    signal.addEventListener("abort", done);
  });
}
