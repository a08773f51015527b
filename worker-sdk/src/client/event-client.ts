import { LIMITS } from "@baton/proto/shared";
import type { Call } from "../channel/call.ts";
import { extensionSetter } from "../telemetry/trace-headers.ts";
import { endFailed, endSent, startSend } from "../telemetry/tracing.ts";
import type { BatonError } from "../values/baton-error.ts";
import { bindMethods } from "../values/bind-methods.ts";
import type { Checks } from "../values/checks.ts";
import { type Codec, encodeOwn } from "../values/codec.ts";
import { toTimestamp } from "../values/time-fields.ts";
import { type Received, type Sent, services } from "../values/wire.ts";
import { check } from "./call-checks.ts";
import { pagesOf } from "./pages.ts";
import { toSpec } from "./submitting/submit-spec.ts";
import { type TaskTemplate, templateOptions } from "./task-template.ts";

/** Generous: the dispatcher knows the bound of each text, and says it. */
const MAX_TEXT_BYTES = 64 * 1024;

const { service: methods } = services.EventService;

/** A CloudEvents 1.0 event. `id`, `source` and `type` are required. */
export interface EventToPublish {
  /**
   * Unique within `source`. You may publish an event again: the first is kept. If its type or data differ, the
   * publish is refused.
   */
  readonly id: string;
  /** Who publishes it: a URI reference, such as `/shop/orders`. */
  readonly source: string;
  /** What kind of event it is, such as `com.example.order.paid`. Subscriptions choose by it. */
  readonly type: string;
  /** What the event is about, within the source. */
  readonly subject?: string;
  /** When it happened, in epoch milliseconds. */
  readonly timeMs?: number;
  /** The payload of the tasks, encoded with the client's codec. At most 1 MiB. Default: none. */
  readonly data?: unknown;
  /** The media type of `data`. Default: what the codec says. */
  readonly dataContentType?: string;
  /** The URI of the schema of `data`. */
  readonly dataSchema?: string;
  /** More attributes; names of lower-case letters and digits. Handlers see them as headers `ce-<name>`. */
  readonly extensions?: Readonly<Record<string, string>>;
}

/** The answer to an event that is stored. */
export interface PublishReceipt {
  /** The ids of its tasks: one for each subscription that matched. Empty if none did. */
  readonly taskIds: readonly string[];
  /** True if the event was published before; `taskIds` are those of the first time. */
  readonly deduplicated: boolean;
}

/** What became of one event of `publishBatch`: a receipt, or the error for which it was refused. */
export type PublishOutcome =
  | { readonly receipt: PublishReceipt; readonly error?: undefined }
  | { readonly receipt?: undefined; readonly error: { readonly message: string } };

/** Which events make tasks, and what tasks. */
export interface SubscriptionOptions {
  /** The event type: exact, or a prefix followed by `*`; `*` alone matches all. */
  readonly eventType: string;
  /** Only events of this source. Default: any. */
  readonly source?: string;
  /** Only events whose `subject` or extensions have exactly these values. Default: any. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** The task that each matching event makes; its payload is the event's data. */
  readonly task: TaskTemplate & { readonly delayMs?: number };
}

/** A subscription as it is stored. */
export interface SubscriptionInfo {
  readonly name: string;
  readonly eventType: string;
  readonly source: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly queue: string;
  readonly type: string;
  readonly paused: boolean;
  /** Empty, unless a list could not read the subscription: then it says why, and only `name` has a meaning. */
  readonly error: string;
}

/**
 * Publishes events, and creates, reads and deletes subscriptions. Get it from `TaskClient.events`. Every call rejects
 * with a `BatonError`; its reason is SUBSCRIPTION_NOT_FOUND if a call needs a subscription and there is none of the name.
 *
 * @example
 * await client.events.subscribe("invoices", {
 *   eventType: "com.example.order.paid",
 *   task: { queue: "invoices", type: "send" },
 * });
 * await client.events.publish({ id: "7", source: "/orders", type: "com.example.order.paid", data: { order: 7 } });
 */
export class EventClient {
  readonly #call: Call;
  readonly #codec: Codec;

  constructor(call: Call, codec: Codec) {
    bindMethods(this, EventClient);
    this.#call = call;
    this.#codec = codec;
  }

  /**
   * Publishes an event, and resolves once it is durable. Then its tasks will exist, one for each subscription that
   * matches now; they follow at once.
   */
  async publish(event: EventToPublish): Promise<PublishReceipt> {
    check((checks) => checkEvent(checks, event, "event."));
    const { wire, span } = this.#write(event);
    try {
      const { receipt } = await this.#call(methods.Publish, { event: wire });
      endSent(span, event.id);
      return readReceipt(receipt);
    } catch (error) {
      const { reason, code, message } = error as BatonError;
      endFailed(span, reason || code, message);
      throw error;
    }
  }

  /**
   * Publishes up to 1,000 events in one call, and returns what became of each, in order. An event that
   * the dispatcher refuses has its error in its outcome. One that the SDK cannot send makes the whole call reject.
   */
  async publishBatch(events: readonly EventToPublish[]): Promise<PublishOutcome[]> {
    check((checks) => {
      if (!Array.isArray(events) || events.length > LIMITS.maxBatchItems) {
        checks.refuse("events", `must be a list of at most ${LIMITS.maxBatchItems}`);
        return;
      }
      for (const [index, event] of events.entries()) {
        checkEvent(checks, event, `events[${index}].`);
      }
    });
    const written = events.map((event) => this.#write(event));
    const request = { events: written.map(({ wire }) => wire) };
    const { results } = await this.#call(methods.PublishBatch, request).finally(() => {
      for (const [index, { span }] of written.entries()) {
        endSent(span, events[index]?.id ?? "");
      }
    });
    return results.map(({ receipt, error }) =>
      error ? { error: { message: error.message } } : { receipt: readReceipt(receipt ?? null) },
    );
  }

  /** Creates a subscription, or replaces the one of the same name. It matches events published from then on. */
  async subscribe(
    name: string,
    options: SubscriptionOptions,
  ): Promise<{ readonly subscription: SubscriptionInfo; readonly created: boolean }> {
    checkSubscription(name, options);
    const { subscription, created } = await this.#call(methods.PutSubscription, {
      subscription: writeSubscription(name, options, this.#codec),
    });
    return { subscription: readSubscription(subscription), created };
  }

  /** Returns a subscription. */
  async getSubscription(name: string): Promise<SubscriptionInfo> {
    check((checks) => checks.name("name", name));
    return readSubscription((await this.#call(methods.GetSubscription, { name })).subscription);
  }

  /** Yields every subscription, by name. */
  async *listSubscriptions(): AsyncGenerator<SubscriptionInfo> {
    const listing = pagesOf((pageToken) => this.#call(methods.ListSubscriptions, { pageToken }));
    for await (const page of listing) {
      for (const subscription of page.subscriptions) {
        yield readSubscription(subscription);
      }
    }
  }

  /** Stops a subscription from matching. Events that are published meanwhile make no task for it later. */
  async pause(name: string): Promise<SubscriptionInfo> {
    check((checks) => checks.name("name", name));
    const request = { name, paused: true };
    return readSubscription((await this.#call(methods.PauseSubscription, request)).subscription);
  }

  /** Lets a paused subscription match again. */
  async resume(name: string): Promise<SubscriptionInfo> {
    check((checks) => checks.name("name", name));
    const request = { name, paused: false };
    return readSubscription((await this.#call(methods.PauseSubscription, request)).subscription);
  }

  /** Deletes a subscription, and returns whether there was one. Its tasks go on. */
  async unsubscribe(name: string): Promise<boolean> {
    check((checks) => checks.name("name", name));
    return (await this.#call(methods.DeleteSubscription, { name })).deleted;
  }

  #write(event: EventToPublish): { wire: Sent<"Event">; span: ReturnType<typeof startSend> } {
    const { data, timeMs } = event;
    const extensions = { ...event.extensions };
    const span = startSend(event.type, event.type, extensions, extensionSetter);
    const encoded =
      data === undefined
        ? { value: new Uint8Array(0), contentType: "" }
        : encodeOwn(this.#codec, data);
    const wire = {
      id: event.id,
      source: event.source,
      type: event.type,
      subject: event.subject ?? "",
      time: timeMs === undefined ? null : toTimestamp(timeMs),
      dataContentType: event.dataContentType ?? encoded.contentType,
      dataSchema: event.dataSchema ?? "",
      extensions,
      data: encoded.value,
    };
    return { wire, span };
  }
}

// Only what the wire would twist: the dispatcher says what is wrong with the rest.
function checkEvent(checks: Checks, given: EventToPublish, path: string): void {
  const event = checks.options(path.slice(0, -1), given ?? null);
  for (const field of ["id", "source", "type"] as const) {
    checks.required(`${path}${field}`, event[field], MAX_TEXT_BYTES);
  }
  for (const field of ["subject", "dataContentType", "dataSchema"] as const) {
    checks.text(`${path}${field}`, event[field], MAX_TEXT_BYTES);
  }
  checks.epochMs(`${path}timeMs`, event.timeMs);
  checks.strings(`${path}extensions`, event.extensions);
}

function checkSubscription(name: string, given: SubscriptionOptions): void {
  check((checks) => {
    checks.name("name", name);
    const options = checks.options("options", given ?? null);
    checks.required("eventType", options.eventType, MAX_TEXT_BYTES);
    checks.text("source", options.source, MAX_TEXT_BYTES);
    checks.strings("attributes", options.attributes);
    checks.options("task", options.task ?? null);
  });
}

function writeSubscription(
  name: string,
  options: SubscriptionOptions,
  codec: Codec,
): Sent<"Subscription"> {
  const { eventType, source, attributes, task } = options;
  const nothing = new Uint8Array(0);
  const spec = toSpec(task.queue, task.type, nothing, templateOptions(task), codec);
  return {
    name,
    eventType,
    source: source ?? "",
    attributes: { ...attributes },
    task: { ...spec, contentType: "" },
  };
}

function readReceipt(receipt: Received<"PublishReceipt"> | null): PublishReceipt {
  return { taskIds: receipt?.taskIds ?? [], deduplicated: receipt?.deduplicated ?? false };
}

function readSubscription(
  subscription: Received<"PutSubscriptionResponse">["subscription"],
): SubscriptionInfo {
  return {
    name: subscription?.name ?? "",
    eventType: subscription?.eventType ?? "",
    source: subscription?.source ?? "",
    attributes: subscription?.attributes ?? {},
    queue: subscription?.task?.queue ?? "",
    type: subscription?.task?.type ?? "",
    paused: subscription?.paused ?? false,
    error: subscription?.error ?? "",
  };
}
