import type { EventEmitter } from "node:events";
import type { handleUnaryCall, ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import type { DispatchLog } from "../../dispatch/log.ts";
import { TaskError } from "../../domain/errors.ts";
import type { AnswerRoom } from "../connections/call-ledger.ts";
import { toCallStatus, toTaskError } from "../status.ts";
import type { CallDeadlines, TimedCall } from "./call-deadlines.ts";
import { refusalOf } from "./flood-guard.ts";

/** What every handler needs beside its request. */
export interface HandlerContext {
  readonly log: DispatchLog;
  readonly deadlines: CallDeadlines;
  readonly ledger: AnswerRoom;
}

/** The answer to a unary call. The first one counts; later ones are dropped. */
export class Reply<Response> implements TimedCall {
  readonly #context: HandlerContext;
  readonly #callback: sendUnaryData<Response>;
  #isOver = false;
  #waitsForRoom = false;

  constructor(context: HandlerContext, callback: sendUnaryData<Response>) {
    this.#context = context;
    this.#callback = callback;
  }

  /** Answers with a message. */
  send(response: Response): void {
    if (this.#finish()) {
      this.#callback(null, response);
    }
  }

  /** Answers with an error of any kind. */
  fail(error: unknown): void {
    if (this.#finish()) {
      this.#callback(toCallStatus(toTaskError(error, this.#context.log)));
    }
  }

  /** Nothing is done for it yet: what keeps it is that its answer has no room. */
  waitForRoom(): void {
    this.#waitsForRoom = true;
  }

  /** There is room for its answer; false where it is over already. */
  begin(): boolean {
    this.#waitsForRoom = false;
    return !this.#isOver;
  }

  expire(): void {
    if (this.#waitsForRoom) {
      this.fail(
        new TaskError("ANSWERS_UNREAD", "clients of your address do not read their answers"),
      );
      return;
    }
    this.fail(new TaskError("OUTCOME_UNKNOWN", "the dispatcher did not answer in time"));
  }

  #finish(): boolean {
    if (this.#isOver) {
      return false;
    }
    this.#isOver = true;
    this.#context.deadlines.delete(this);
    return true;
  }
}

/** Throws where a request, or a message of a stream, held more than it may. */
export function refuseFlood(request: unknown): void {
  const error = refusalOf(request);
  if (error !== null) {
    throw error;
  }
}

/** Makes a handler of a unary method that answers through its reply, now or later. */
export function unary<Request, Response>(
  context: HandlerContext,
  handle: (request: Request, reply: Reply<Response>) => void,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const reply = new Reply(context, callback);
    context.deadlines.add(reply);
    try {
      refuseFlood(call.request);
      handle(call.request, reply);
    } catch (error) {
      reply.fail(error);
    }
  };
}

/** Makes a handler of a unary method that resolves with its answer. */
export function unaryAsync<Request, Response>(
  context: HandlerContext,
  handle: (request: Request) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  return unary(context, (request: Request, reply: Reply<Response>) => {
    handle(request).then(
      (response) => reply.send(response),
      (error: unknown) => reply.fail(error),
    );
  });
}

/**
 * Makes a handler of a unary method whose answer may be large: it begins once there is room for so many
 * bytes more for its peer, and gives the room back when the answer is read. `needs` is to be told what the
 * answer takes once that is known.
 */
export function unaryLarge<Request, Response>(
  context: HandlerContext,
  answerBytes: number,
  handle: (request: Request, needs: (bytes: number) => void) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const reply = new Reply(context, callback);
    context.deadlines.add(reply);
    const fail = (error: unknown): void => reply.fail(error);
    const refusal = refusalOf(call.request);
    if (refusal !== null) {
      fail(refusal);
      return;
    }
    reply.waitForRoom();
    context.ledger.makeRoom(call, answerBytes, (needs) => {
      if (!reply.begin()) {
        return;
      }
      handle(call.request, needs).then((response) => reply.send(response), fail);
    });
  };
}

/** Makes a handler of a unary method that waits for as long as its caller does. */
export function unaryWaiting<Request, Response>(
  context: HandlerContext,
  handle: (call: ServerUnaryCall<Request, Response>) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const reply = new Reply(context, callback);
    const refusal = refusalOf(call.request);
    const answer = refusal === null ? handle(call) : Promise.reject(refusal);
    answer.then(
      (response) => reply.send(response),
      (error: unknown) => {
        if (!call.cancelled) {
          reply.fail(error);
        }
      },
    );
  };
}

/** What every streaming call of grpc-js has. */
export interface StreamCall extends EventEmitter {
  readonly cancelled: boolean;
  /** The request, where there is one and no stream of them. */
  readonly request?: unknown;
}

/** Makes a handler of a streaming method; what it throws ends the stream. */
export function streaming<Call extends StreamCall>(
  context: HandlerContext,
  handle: (call: Call) => void,
): (call: Call) => void {
  return (call) => {
    try {
      refuseFlood(call.request ?? {});
      handle(call);
    } catch (error) {
      endWithError(call, toTaskError(error, context.log));
    }
  };
}

/**
 * Ends a stream with an error's status, once what was written has gone out. `destroy` would send none.
 */
export function endWithError(call: StreamCall, error: TaskError): void {
  if (!call.cancelled) {
    call.emit("error", toCallStatus(error));
  }
}
