import { LIMITS } from "@baton/proto/shared";
import type { handleUnaryCall } from "@grpc/grpc-js";
import type { Events, PublishReceipt } from "../../automation/events/contract.ts";
import { TaskError } from "../../domain/errors.ts";
import type { BatonEvent, Subscription } from "../../domain/events/event.ts";
import { isReadable, Undecodable } from "../../domain/undecodable.ts";
import { validateEvent, validateSubscription } from "../../intake/validate-event.ts";
import { checkCount, checkedName, FieldChecks } from "../../intake/validate-fields.ts";
import { unaryAsync } from "../calls/handler.ts";
import { pageByName } from "../calls/name-page.ts";
import type { ServiceContext } from "../calls/service-context.ts";
import { toWireSpec, wireSpecBytes } from "../convert/spec.ts";
import { toItemStatus } from "../status.ts";
import type { Handlers, Received, Sent } from "../wire.ts";

/** Handles every method of `EventService`. */
export function eventService(context: ServiceContext, events: Events): Handlers<"EventService"> {
  return {
    Publish: publishHandler(context, events),
    PublishBatch: publishBatchHandler(context, events),
    PutSubscription: putHandler(context, events),
    GetSubscription: unaryAsync(context, async ({ name }: Received<"GetSubscriptionRequest">) => ({
      subscription: toWireSubscription(await events.getSubscription(checkedName(name))),
    })),
    ListSubscriptions: listHandler(context, events),
    PauseSubscription: unaryAsync(
      context,
      async ({ name, paused }: Received<"PauseSubscriptionRequest">) => ({
        subscription: toWireSubscription(await events.setPaused(checkedName(name), paused)),
      }),
    ),
    DeleteSubscription: unaryAsync(
      context,
      async ({ name }: Received<"DeleteSubscriptionRequest">) => ({
        deleted: await events.removeSubscription(checkedName(name)),
      }),
    ),
  };
}

function publishHandler(
  context: ServiceContext,
  events: Events,
): handleUnaryCall<Received<"PublishRequest">, Sent<"PublishResponse">> {
  return unaryAsync(context, async (request) => {
    const event = validateEvent(request.event, "event");
    const answer = event instanceof TaskError ? event : (await events.publish([event]))[0];
    if (answer === undefined || answer instanceof TaskError) {
      throw answer ?? new Error("an event was not answered");
    }
    return { receipt: toWireReceipt(answer) };
  });
}

function publishBatchHandler(
  context: ServiceContext,
  events: Events,
): handleUnaryCall<Received<"PublishBatchRequest">, Sent<"PublishBatchResponse">> {
  return unaryAsync(context, async (request) => {
    const checks = new FieldChecks("");
    checkCount(checks, "events", request.events, 1, LIMITS.maxBatchItems);
    checks.throwIfWrong();
    const checkedEvents = request.events.map((event, index) =>
      validateEvent(event, "events", index),
    );
    const sound = checkedEvents.filter((each): each is BatonEvent => !(each instanceof TaskError));
    const answers = (await events.publish(sound)).values();
    return {
      results: checkedEvents.map((each) => {
        const answer = each instanceof TaskError ? each : answers.next().value;
        return toWireResult(answer as PublishReceipt | TaskError);
      }),
    };
  });
}

function putHandler(
  context: ServiceContext,
  events: Events,
): handleUnaryCall<Received<"PutSubscriptionRequest">, Sent<"PutSubscriptionResponse">> {
  return unaryAsync(context, async (request) => {
    const nowMs = context.clock.nowMs();
    const wanted = validateSubscription(request.subscription, nowMs, "subscription");
    if (wanted instanceof TaskError) {
      throw wanted;
    }
    const { subscription, created } = await events.putSubscription(wanted);
    return { subscription: toWireSubscription(subscription), created };
  });
}

function listHandler(
  context: ServiceContext,
  events: Events,
): handleUnaryCall<Received<"ListSubscriptionsRequest">, Sent<"ListSubscriptionsResponse">> {
  return unaryAsync(context, async (request) => {
    const { items, nextPageToken } = await pageByName(request, {
      what: "subscriptions",
      list: (after, limit) => events.listSubscriptions(after, limit),
      nameOf: (each) => (isReadable(each) ? each.name : each.recordName),
      bytesOf: (each) => (isReadable(each) ? wireSpecBytes(each.task) : 0),
    });
    return { subscriptions: items.map(toWireSubscription), nextPageToken };
  });
}

function toWireResult(answer: PublishReceipt | TaskError): Sent<"PublishResult"> {
  return answer instanceof TaskError
    ? { error: toItemStatus(answer) }
    : { receipt: toWireReceipt(answer) };
}

function toWireReceipt({ taskIds, deduplicated }: PublishReceipt): Sent<"PublishReceipt"> {
  return { taskIds: [...taskIds], deduplicated };
}

function toWireSubscription(subscription: Subscription | Undecodable): Sent<"Subscription"> {
  if (subscription instanceof Undecodable) {
    return { name: subscription.recordName, error: subscription.message };
  }
  const { name, eventType, source, attributes, task, paused } = subscription;
  return { name, eventType, source, attributes, task: toWireSpec(task), paused };
}
