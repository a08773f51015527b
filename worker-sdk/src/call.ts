import { type CallOptions, type Client, Metadata } from "@grpc/grpc-js";
import { backoffMs } from "./backoff.ts";
import { BatonError, errorOfCall } from "./baton-error.ts";
import type { Clock } from "./clock.ts";
import { DEFAULTS } from "./limits.ts";
import { pause } from "./pause.ts";

/** A unary method, as a generated service definition has it. */
export interface UnaryMethod<Request, Response> {
  readonly path: string;
  readonly requestSerialize: (request: Request) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Response;
}

/** When a call ends, at the latest. */
export interface CallLimits {
  readonly clock: Clock;
  /** Every call has a deadline: one past the connection's stream limit would wait for ever. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Calls a method. Rejects with a `BatonError`, or with the signal's reason where that aborts. */
export function callUnary<Request, Response>(
  client: Client,
  { path, requestSerialize, responseDeserialize }: UnaryMethod<Request, Response>,
  request: Request,
  { clock, timeoutMs, signal }: CallLimits,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const options: CallOptions = { deadline: clock.nowMs() + timeoutMs };
    const call = client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      new Metadata(),
      options,
      (error, response) => {
        signal?.removeEventListener("abort", abort);
        if (error !== null) {
          reject(errorOfCall(error));
        } else {
          resolve(response as Response);
        }
      },
    );
    const abort = (): void => {
      reject(signal?.reason);
      call.cancel();
    };
    signal?.addEventListener("abort", abort, { once: true });
  });
}

/**
 * As `callUnary`, and again while the answer is UNAVAILABLE and there is time: for methods where doing
 * twice is doing once. Every other error may mean that it was done, or will come back the same.
 *
 * @param giveUp aborts the waits between tries, with its reason; a try under way may end
 */
export async function callUntilAvailable<Request, Response>(
  client: Client,
  method: UnaryMethod<Request, Response>,
  request: Request,
  { clock, timeoutMs }: CallLimits,
  giveUp: AbortSignal,
): Promise<Response> {
  const deadlineMs = clock.monotonicMs() + timeoutMs;
  for (let failures = 0; ; failures += 1) {
    const leftMs = deadlineMs - clock.monotonicMs();
    try {
      return await callUnary(client, method, request, { clock, timeoutMs: leftMs });
    } catch (error) {
      if (!(error instanceof BatonError) || error.code !== "UNAVAILABLE") {
        throw error;
      }
      const delayMs = error.retryAfterMs ?? backoffMs(DEFAULTS.backoff, failures);
      if (clock.monotonicMs() + delayMs >= deadlineMs) {
        throw error;
      }
      await pause(clock, delayMs, giveUp);
    }
  }
}
