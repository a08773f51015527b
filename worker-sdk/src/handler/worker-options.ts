import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { LIMITS } from "@baton/proto/shared";
import type { ChannelCredentials, ChannelOptions } from "@grpc/grpc-js";
import { checkAddress, checkConnection } from "../channel/client-options.ts";
import { consoleLogger, guarded, type Logger } from "../logger.ts";
import { Checks, LABELS_RULE } from "../values/checks.ts";
import { type Codec, jsonCodec } from "../values/codec.ts";
import { DEFAULTS, MAX_TIMEOUT_MS } from "../values/limits.ts";
import { OptionsError } from "../values/options-error.ts";
import type { Sent } from "../values/wire.ts";
import type { FindHandler, Handler, QueueHandlers } from "./handler.ts";
import type { TaskTypes } from "./task-types.ts";
import type { AttemptReport, WorkerState } from "./worker-state.ts";

/** What a worker does, and where. Defaults are in `DEFAULTS.worker`; durations are in milliseconds. */
export interface WorkerOptions<Types extends TaskTypes<Types> = TaskTypes> {
  /** The dispatcher's `host:port`, without `http://`. For several: any gRPC target, such as `ipv4:10.0.0.1:7400,10.0.0.2:7400`. */
  readonly address: string;
  /**
   * The handlers, by queue: one function for every type, or `{ types: { … } }` with one for each. 1 to 64 queues.
   * A type without a handler stays for other workers.
   */
  readonly queues: Readonly<Record<string, QueueHandlers<Types>>>;
  /** How many handlers run at once. 1 to 1000. Default: 16. */
  readonly concurrency?: number;
  /** The worker's name, for people; need not be unique. Default: host, process id and a random suffix. */
  readonly workerId?: string;
  /** Facts about the worker, for people, such as its version. At most 32, values of at most 256 bytes. */
  readonly labels?: Readonly<Record<string, string>>;
  /** How long `stop` waits for running handlers before it aborts their signals. Default: 30 s. */
  readonly drainTimeoutMs?: number;
  /** How long `stop` then waits for aborted handlers and for the dispatcher before it gives up. Default: 10 s. */
  readonly stopTimeoutMs?: number;
  /** How long a dispatcher may take to welcome the worker before another try. Default: 10 s. */
  readonly connectTimeoutMs?: number;
  /** Turns payloads into values, and results into bytes. Default: `jsonCodec`. */
  readonly codec?: Codec;
  /** Where the worker says what happens; a pino logger fits. Default: `consoleLogger`, warnings and errors alone. */
  readonly logger?: Logger;
  /** gRPC credentials, for TLS. Default: none, so that nothing is encrypted. */
  readonly credentials?: ChannelCredentials;
  /** gRPC channel options; they take precedence over the SDK's own. */
  readonly channelOptions?: ChannelOptions;
  /** Called after each change of `Worker.state`. What it throws or rejects with is logged. */
  readonly onStateChange?: (state: WorkerState, previous: WorkerState) => void;
  /** Called when a handler has ended, whatever came of it. What it throws or rejects with is logged. */
  readonly onAttemptEnd?: (report: AttemptReport) => void;
}

/** Options that were checked, with every default filled in. */
export interface WorkerSettings extends Required<Omit<WorkerOptions, "queues" | "credentials">> {
  readonly subscriptions: readonly Sent<"WorkerSubscription">[];
  readonly findHandler: FindHandler;
  readonly credentials: ChannelCredentials | undefined;
}

/** Fills in the defaults. Throws an {@link OptionsError} that names everything that is wrong. */
export function checkWorkerOptions<Types extends TaskTypes<Types>>(
  given: WorkerOptions<Types>,
): WorkerSettings {
  const checks = new Checks();
  const options = checks.options("options", given ?? null) as WorkerOptions<Types>;
  checkAddress(options.address, checks);
  checks.integer("concurrency", options.concurrency, 1, LIMITS.maxHeldLeases);
  for (const field of ["drainTimeoutMs", "stopTimeoutMs", "connectTimeoutMs"] as const) {
    checks.number(field, options[field], 0, MAX_TIMEOUT_MS);
  }
  checks.entries("labels", options.labels, LABELS_RULE);
  checkConnection(options, checks);
  checks.methods("logger", options.logger, ["debug", "info", "warn", "error"]);
  checks.callable("onStateChange", options.onStateChange);
  checks.callable("onAttemptEnd", options.onAttemptEnd);
  const workerId = options.workerId ?? defaultWorkerId();
  checks.name("workerId", workerId);
  const handlers = collectHandlers(options.queues, checks);
  if (checks.violations.length > 0) {
    throw new OptionsError(checks.violations);
  }
  return {
    address: options.address,
    subscriptions: [...handlers].map(([queue, types]) => ({
      queue,
      types: typeof types === "function" ? [] : [...types.keys()],
    })),
    findHandler(queue, type) {
      const found = handlers.get(queue);
      return typeof found === "function" ? found : found?.get(type);
    },
    concurrency: options.concurrency ?? DEFAULTS.worker.concurrency,
    workerId,
    labels: { ...options.labels },
    drainTimeoutMs: options.drainTimeoutMs ?? DEFAULTS.worker.drainTimeoutMs,
    stopTimeoutMs: options.stopTimeoutMs ?? DEFAULTS.worker.stopTimeoutMs,
    connectTimeoutMs: options.connectTimeoutMs ?? DEFAULTS.worker.connectTimeoutMs,
    codec: options.codec ?? jsonCodec,
    logger: guarded(options.logger ?? consoleLogger),
    credentials: options.credentials,
    channelOptions: options.channelOptions ?? {},
    onStateChange: options.onStateChange ?? (() => {}),
    onAttemptEnd: options.onAttemptEnd ?? (() => {}),
  };
}

type HandlerMap = Map<string, Handler | Map<string, Handler>>;

function collectHandlers(queues: unknown, checks: Checks): HandlerMap {
  const collected: HandlerMap = new Map();
  const entries = Object.entries(isObject(queues) ? queues : {});
  if (entries.length === 0 || entries.length > LIMITS.maxSubscriptions) {
    checks.refuse("queues", `must have 1 to ${LIMITS.maxSubscriptions} queues`);
  }
  for (const [queue, handlers] of entries) {
    const field = `queues.${queue}`;
    checks.name(field, queue);
    if (typeof handlers === "function") {
      collected.set(queue, handlers as Handler);
    } else if (isObject(handlers) && "types" in handlers && isObject(handlers.types)) {
      collected.set(queue, collectTypes(`${field}.types`, handlers.types, checks));
    } else {
      checks.refuse(field, "must be a handler, or { types: { <type>: handler } }");
    }
  }
  return collected;
}

function collectTypes(field: string, types: object, checks: Checks): Map<string, Handler> {
  const entries = Object.entries(types).filter(([, handler]) => handler !== undefined);
  if (entries.length === 0 || entries.length > LIMITS.maxSubscriptionTypes) {
    checks.refuse(field, `must have 1 to ${LIMITS.maxSubscriptionTypes} types`);
  }
  for (const [type, handler] of entries) {
    checks.name(`${field}.${type}`, type);
    checks.callable(`${field}.${type}`, handler);
  }
  return new Map(entries);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function defaultWorkerId(): string {
  const host = hostname()
    .replace(/[^A-Za-z0-9-]/g, "-")
    .replace(/^-+/, "");
  const suffix = `${process.pid}-${randomBytes(3).toString("hex")}`;
  return host === "" ? suffix : `${host.slice(0, 100)}-${suffix}`;
}
