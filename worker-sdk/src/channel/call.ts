import type { Clock } from "@baton/proto/shared";
import { type CallOptions, type Client, Metadata } from "@grpc/grpc-js";
import { pause } from "../time/pause.ts";
import { BatonError, errorOfCall } from "../values/baton-error.ts";
import { retryDelayMs } from "./backoff.ts";
import type { CallChannel } from "./call-channel.ts";

/** A unary method, as a generated service definition has it. */
export interface UnaryMethod<Request, Response> {
  readonly path: string;
  readonly requestSerialize: (request: Request) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Response;
}

/** Calls a unary method of the client's connection. */
export type Call = <Request, Response>(
  method: UnaryMethod<Request, Response>,
  request: Request,
) => Promise<Response>;

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

/** Where and for how long to try, and with what. */
export interface Tries<Channel extends Client> extends CallLimits {
  readonly channel: CallChannel<Channel>;
  /** Aborts the waits between tries, with its reason; a try under way may end. */
  readonly giveUp: AbortSignal;
  /** Whether a try may be overtaken by the next, and take effect after it. */
  readonly mayOverlap: boolean;
}

/** A try that was not answered after this part of the call's time gets company. */
const PATIENCE = 4;

/**
 * As `callUnary`, and again while no dispatcher takes the call and there is time: for methods where doing
 * twice is doing once. Every other error may mean that it was done, or will come back the same. Where a
 * dispatcher does not answer, it is asked on another channel as well, and the first answer counts.
 */
export async function callRepeatedly<Request, Response, Channel extends Client>(
  method: UnaryMethod<Request, Response>,
  request: Request,
  tries: Tries<Channel>,
): Promise<Response> {
  const { clock, timeoutMs, giveUp } = tries;
  const deadlineMs = clock.monotonicMs() + timeoutMs;
  for (let failures = 0; ; failures += 1) {
    const leftMs = deadlineMs - clock.monotonicMs();
    try {
      return await callWithCompany(method, request, { ...tries, timeoutMs: leftMs });
    } catch (error) {
      if (!isRefusal(error)) {
        throw error;
      }
      const delayMs = retryDelayMs(error, failures);
      if (clock.monotonicMs() + delayMs >= deadlineMs) {
        throw error;
      }
      await pause(clock, delayMs, giveUp);
    }
  }
}

/** Whether no dispatcher took the call, or began it, or one that ends has dropped it. */
function isRefusal(error: unknown): error is BatonError {
  return (
    error instanceof BatonError &&
    (error.code === "UNAVAILABLE" ||
      error.code === "CANCELLED" ||
      error.reason === "ANSWERS_UNREAD")
  );
}

/** Makes a call, and after a while the same on another channel. */
function callWithCompany<Request, Response, Channel extends Client>(
  method: UnaryMethod<Request, Response>,
  request: Request,
  { channel, clock, timeoutMs, giveUp, mayOverlap }: Tries<Channel>,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const isOver = new AbortController();
    const deadlineMs = clock.monotonicMs() + timeoutMs;
    let last = 0;
    const end = (settle: () => void): void => {
      settle();
      patience.cancel();
      isOver.abort();
    };
    const begin = (): void => {
      last += 1;
      const number = last;
      const leftMs = deadlineMs - clock.monotonicMs();
      const made = channel.use((client, carrier) => {
        const limits = { clock, timeoutMs: leftMs, signal: isOver.signal };
        hurry = () => channel.replace(carrier);
        return callUnary(client, method, request, limits).catch((error: unknown) => {
          // The dispatcher gave no reason, so that none may have been reached.
          if (isRefusal(error) && error.reason === "") {
            channel.replace(carrier);
          }
          throw error;
        });
      });
      made.then(
        (response) => end(() => resolve(response)),
        (error: unknown) => {
          if (number === last || !isRefusal(error)) {
            end(() => reject(error));
          }
        },
      );
    };
    let hurry = (): void => {};
    const patience = clock.after(timeoutMs / PATIENCE, () => {
      if (mayOverlap && !giveUp.aborted) {
        hurry();
        begin();
      }
    });
    begin();
  });
}
