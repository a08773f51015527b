import type { Call } from "../channel/call.ts";
import { extensionSetter } from "../telemetry/trace-headers.ts";
import { endFailed, endSent, startSend } from "../telemetry/tracing.ts";
import type { BatonError } from "../values/baton-error.ts";
import type { Checks } from "../values/checks.ts";
import { type Codec, encodeOwn } from "../values/codec.ts";
import { LIMITS } from "../values/limits.ts";
import { toTimestamp } from "../values/time-fields.ts";
import { type Received, type Sent, services } from "../values/wire.ts";
import { check } from "./call-checks.ts";
import { toSpec } from "./submitting/submit-spec.ts";
import { type TaskTemplate, templateOptions } from "./task-template.ts";

/** Generous: the dispatcher knows the bound of each text, and says it. */
const MAX_TEXT_BYTES = 64 * 1024;

const { service: methods } = services.EventService;

/** A CloudEvents 1.0 event. */
export interface EventToPublish {
  /** Unique within `source`. Publishing it again is safe and keeps the first; another type or other data is refused. */
  readonly id: string;
  /** Who publishes it; a URI reference. */
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  /** When it happened, in epoch milliseconds. */
  readonly timeMs?: number;
  /** Encoded with the client's codec; bytes go as they are. */
  readonly data?: unknown;
  /** The media type of `data`, where that is a `Uint8Array`. */
  readonly dataContentType?: string;
  readonly dataSchema?: string;
  readonly extensions?: Readonly<Record<string, string>>;
}

/** Says that an event is stored. */
export interface PublishReceipt {
  /** The tasks that it makes, one a subscription that matched. */
  readonly taskIds: readonly string[];
  /** Whether the event was known. */
  readonly deduplicated: boolean;
}

/** What became of one event of several; `error` where it was refused. */
export type PublishOutcome =
  | { readonly receipt: PublishReceipt; readonly error?: undefined }
  | { readonly receipt?: undefined; readonly error: { readonly message: string } };

/** Which events make tasks, and what tasks. */
export interface SubscriptionOptions {
  /** The event type, exact, or a prefix that ends with `*`. */
  readonly eventType: string;
  /** Only events of this source. Default: any. */
  readonly source?: string;
  /** Only events whose `subject` or extensions have these values. */
  readonly attributes?: Readonly<Record<string, string>>;
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
  /** Why it cannot be read, in a list; all but the name says nothing then. Empty where it was read. */
  readonly error: string;
}

/** Publishes events and keeps subscriptions; get it from `TaskClient.events`. */
export class EventClient {
  readonly #call: Call;
  readonly #codec: Codec;

  constructor(call: Call, codec: Codec) {
    this.#call = call;
    this.#codec = codec;
  }

  /** Publishes an event; resolves once it is durable. Its tasks follow at once. */
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

  /** Publishes up to 1000 events in one call; answers each, in order. */
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

  /** Creates a subscription or replaces the one of the same name. */
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

  /** Returns a subscription; rejects with SUBSCRIPTION_NOT_FOUND. */
  async getSubscription(name: string): Promise<SubscriptionInfo> {
    check((checks) => checks.name("name", name));
    return readSubscription((await this.#call(methods.GetSubscription, { name })).subscription);
  }

  /** Yields every subscription, by name. */
  async *listSubscriptions(): AsyncGenerator<SubscriptionInfo> {
    let pageToken = "";
    do {
      const page: Received<"ListSubscriptionsResponse"> = await this.#call(
        methods.ListSubscriptions,
        { pageToken },
      );
      for (const subscription of page.subscriptions) {
        yield readSubscription(subscription);
      }
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
  }

  /** Delivers no more events to a subscription; those published meanwhile are not delivered later. */
  async pause(name: string): Promise<SubscriptionInfo> {
    check((checks) => checks.name("name", name));
    const request = { name, paused: true };
    return readSubscription((await this.#call(methods.PauseSubscription, request)).subscription);
  }

  /** Delivers events to a subscription again. */
  async resume(name: string): Promise<SubscriptionInfo> {
    check((checks) => checks.name("name", name));
    const request = { name, paused: false };
    return readSubscription((await this.#call(methods.PauseSubscription, request)).subscription);
  }

  /** Forgets a subscription; returns whether there was one. Its tasks stay. */
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
