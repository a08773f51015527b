import type { IncomingMessage } from "node:http";
import { LIMITS } from "@baton/proto/shared";
import type { Events, PublishReceipt } from "../../automation/events/contract.ts";
import { REASONS, TaskError } from "../../domain/errors.ts";
import type { BatonEvent } from "../../domain/events/event.ts";
import { validateEvent } from "../../intake/validate-event.ts";
import { HttpError } from "../http-error.ts";
import { type BodyRoom, readBody } from "../read-body.ts";
import { errorAnswer, type HttpAnswer, statusOf } from "../respond.ts";
import { readEvents } from "./cloudevents.ts";
import { withRequestTrace } from "./request-trace.ts";

/** Where events are published. */
export const EVENTS_PATH = "/v1/events";

type Outcome = PublishReceipt | TaskError;

/**
 * Publishes the events of a request. One event is answered with its receipt or its error; a batch with a
 * list of either, and with the status of the worst, so that who looks at no more than the status sends
 * the batch again: that changes nothing for events that were stored.
 */
export async function publishOverHttp(
  events: Events,
  request: IncomingMessage,
  room: BodyRoom,
): Promise<HttpAnswer> {
  const body = await readBody(request, LIMITS.maxMessageBytes, room);
  const received = readEvents(request.headersDistinct, body);
  if (received.events.length === 0) {
    throw new HttpError(400, `a batch has 1 to ${LIMITS.maxBatchItems} events`);
  }
  const isList = received.isBatch;
  const checked = received.events.map((event, index) =>
    event instanceof TaskError
      ? event
      : validateEvent(event, isList ? "events" : "event", isList ? index : undefined),
  );
  const sound = checked.filter((each): each is BatonEvent => !(each instanceof TaskError));
  const traced = sound.map((event) => withRequestTrace(event, request.headers));
  const answers = (await events.publish(traced)).values();
  const outcomes = checked.map((each) =>
    each instanceof TaskError ? each : (answers.next().value as Outcome),
  );
  return isList ? batchAnswer(outcomes) : singleAnswer(outcomes[0] as Outcome);
}

function singleAnswer(outcome: Outcome): HttpAnswer {
  return outcome instanceof TaskError
    ? errorAnswer(outcome)
    : { status: 200, headers: {}, body: receiptOf(outcome) };
}

function batchAnswer(outcomes: readonly Outcome[]): HttpAnswer {
  const errors = outcomes.filter((each) => each instanceof TaskError);
  const worst = errors.find(({ reason }) => REASONS[reason].retryable) ?? errors[0];
  return {
    status: worst === undefined ? 200 : statusOf(worst),
    headers: worst === undefined ? {} : errorAnswer(worst).headers,
    body: {
      results: outcomes.map((each) =>
        each instanceof TaskError ? errorAnswer(each).body : receiptOf(each),
      ),
    },
  };
}

function receiptOf({ taskIds, deduplicated }: PublishReceipt): object {
  return { task_ids: taskIds, deduplicated };
}
