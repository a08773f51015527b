import type { Clock } from "@baton/proto/shared";
import { Redis, type RedisOptions } from "ioredis";
import { StoreOpenError } from "../../store.ts";
import { codeOf, shownFailure } from "./errors.ts";
import { guardHandshake, HandshakeError, type Loading } from "./handshake.ts";
import type { RedisClient } from "./script.ts";
import { SteadyCluster } from "./steady-cluster.ts";
import { type RedisTarget, shownTarget } from "./url.ts";

/** How long a command may take before its outcome counts as unknown. */
const COMMAND_TIMEOUT_MS = 2_000;

const OPTIONS = {
  // RESP3 is ioredis 6's default with a decoder that is new in it; nothing here needs it.
  protocol: 2,
  // Fail in a millisecond while Redis is away, instead of queueing up what nobody waits for any more.
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  // On by default, and then a lost answer has the command run twice. Where it is off, a command under
  // way when the connection breaks never settles (redis/ioredis#2193): hence the command timeout.
  autoResendUnfulfilledCommands: false,
  commandTimeout: COMMAND_TIMEOUT_MS,
  connectTimeout: 2_000,
  // A peer that vanished without a FIN: counts only while an answer is awaited.
  socketTimeout: 2 * COMMAND_TIMEOUT_MS,
  keepAlive: 5_000,
  retryStrategy: (times: number) => Math.min(50 * 2 ** (times - 1), 500) + Math.random() * 100,
  // After a failover the old master refuses writes on connections that still live. 1: reconnect, and
  // do not send the command again, which is the caller's to decide.
  reconnectOnError: (error: Error) => (error.message.startsWith("READONLY") ? 1 : false),
  lazyConnect: true,
  // How soon a Redis that loads its data is asked again whether it is done.
  maxLoadingRetryTime: 500,
} as const satisfies RedisOptions;

// Which of ioredis' types a reply has depends on the option left out here.
type Settings = Omit<RedisOptions, "replyMapping">;

/** What a subscriber needs otherwise: it waits for ever. */
const SUBSCRIBER_OPTIONS: Settings = {
  commandTimeout: undefined,
  socketTimeout: undefined,
  // Leaves a rejection that nobody handles where the connection is closed before the answer.
  autoResubscribe: false,
};

/** How long a connection that ioredis gave up is left alone, in milliseconds. */
const REVIVE_AFTER_MS = 200;

/** Connections that were closed on purpose. */
const closed = new WeakSet<RedisClient>();

/** Settings of a connection. */
export interface ConnectOptions {
  readonly clock: Clock;
  /** How long to try at the start. */
  readonly openTimeoutMs: number;
  /** Told of every broken connection, for the log. */
  readonly onConnectionError: (error: Error) => void;
  /** Told about once a second while Redis loads its data. */
  readonly onLoading: (loading: Loading) => void;
  /** Ends the wait for Redis at the start. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Connects for commands; reconnects for ever from then on. Where Redis loads its data, waits as long as
 * that takes.
 *
 * @throws StoreOpenError where Redis was not reached in time, or refuses the user, the password or the
 *   database
 */
export async function connect(target: RedisTarget, options: ConnectOptions): Promise<RedisClient> {
  const client = createClient(target, options.clock);
  revive(client, options);
  const failure = await firstReady(client, options);
  if (failure === null) {
    return client;
  }
  disconnect(client);
  throw new StoreOpenError(`Redis at ${shownTarget(target)} ${failure.message}`, failure.cause);
}

/** Connects for subscriptions, without waiting for it; a cluster's client has sharded ones itself. */
export function connectSubscriber(target: RedisTarget, options: ConnectOptions): Redis {
  const subscriber = new Redis({ ...optionsOf(target), ...SUBSCRIBER_OPTIONS });
  subscriber.on("error", options.onConnectionError);
  guardHandshake(subscriber, () => undefined);
  revive(subscriber, options);
  subscriber.connect().catch(options.onConnectionError);
  return subscriber;
}

/** Closes a connection for good. */
export function disconnect(client: RedisClient): void {
  closed.add(client);
  client.disconnect();
}

/**
 * Connects again where ioredis does not: told by the sentinels of a new master while it asks them for
 * one, it takes the connection that it is about to make for closed on purpose, and ends.
 */
function revive(client: RedisClient, { clock }: ConnectOptions): void {
  client.on("end", () => {
    clock.after(REVIVE_AFTER_MS, () => {
      if (!closed.has(client)) {
        // What goes wrong is told by error events, and ends in this event again.
        client.connect().catch(() => undefined);
      }
    });
  });
}

function createClient(target: RedisTarget, clock: Clock): RedisClient {
  if (target.kind !== "cluster") {
    return new Redis(optionsOf(target));
  }
  const { retryStrategy, enableOfflineQueue, lazyConnect } = OPTIONS;
  const options = {
    redisOptions: optionsOf(target),
    enableOfflineQueue,
    lazyConnect,
    // Sends a command again whose answer was lost; on by default.
    retryDelayOnFailover: 0,
    // Asks another node again and again, and has each command read the slots; whoever calls knows better.
    retryDelayOnClusterDown: 0,
    maxRedirections: 5,
    slotsRefreshTimeout: 2_000,
    clusterRetryStrategy: retryStrategy,
    // Off by default, and then a node that restarts is not connected to again.
    clusterNodeRetryStrategy: retryStrategy,
    shardedSubscribers: true,
  };
  return new SteadyCluster([...target.nodes], options, clock);
}

function optionsOf(target: RedisTarget): Settings {
  const shared = {
    ...OPTIONS,
    ...(target.username === "" ? {} : { username: target.username }),
    ...(target.password === "" ? {} : { password: target.password }),
    ...(target.isTls ? { tls: {} } : {}),
  };
  switch (target.kind) {
    case "single":
      return { ...shared, ...target.address, db: target.db };
    case "sentinel":
      return {
        ...shared,
        name: target.master,
        sentinels: [...target.sentinels],
        db: target.db,
        enableTLSForSentinelMode: target.isTls,
        ...(target.isTls ? { sentinelTLS: {} } : {}),
        sentinelRetryStrategy: OPTIONS.retryStrategy,
        sentinelCommandTimeout: COMMAND_TIMEOUT_MS,
        // A master that hangs keeps its connections; the sentinels say when another took over.
        failoverDetector: true,
      };
    case "cluster":
      return shared;
  }
}

interface ConnectFailure {
  readonly message: string;
  readonly cause: unknown;
}

function firstReady(client: RedisClient, options: ConnectOptions): Promise<ConnectFailure | null> {
  return new Promise((resolve) => {
    let latest: Error | null = null;
    const giveUp = (): void =>
      settle({
        message: `cannot be reached: ${latest === null ? "no answer" : shownFailure(latest)}`,
        cause: latest,
      });
    let timer = options.clock.after(options.openTimeoutMs, giveUp);
    let isSettled = false;
    const settle = (failure: ConnectFailure | null): void => {
      isSettled = true;
      timer.cancel();
      client.off("ready", onReady);
      options.signal?.removeEventListener("abort", onAbort);
      resolve(failure);
    };
    const onReady = (): void => settle(null);
    const onAbort = (): void => settle({ message: "was not waited for", cause: null });
    const onLoading = (loading: Loading): void => {
      options.onLoading(loading);
      if (!isSettled) {
        timer.cancel();
        timer = options.clock.after(options.openTimeoutMs, giveUp);
      }
    };
    guard(client, onLoading);
    options.signal?.addEventListener("abort", onAbort);
    if (options.signal?.aborted) {
      onAbort();
    }
    const onError = (error: Error): void => {
      latest = rootOf(error);
      options.onConnectionError(latest);
      if (latest instanceof HandshakeError) {
        settle({ message: latest.message, cause: latest });
      } else if (["WRONGPASS", "NOAUTH", "NOPERM"].includes(codeOf(latest.message))) {
        settle({
          message: `refused the user or the password: ${shownFailure(latest)}`,
          cause: latest,
        });
      }
    };
    client.on("error", onError);
    client.on("node error", (error: Error) => {
      // That a node is away is told by what asks it.
      if (error instanceof HandshakeError) {
        onError(error);
      }
    });
    client.on("ready", onReady);
    // Its rejection says less than the error events do.
    client.connect().catch(() => undefined);
  });
}

/** Guards the connection, or each of a cluster's. */
function guard(client: RedisClient, onLoading: (loading: Loading) => void): void {
  if (client instanceof Redis) {
    guardHandshake(client, onLoading);
  } else {
    client.on("+node", (node: Redis) => guardHandshake(node, onLoading));
  }
}

function rootOf(error: Error): Error {
  const inner = (error as { lastNodeError?: unknown }).lastNodeError;
  return inner instanceof Error ? inner : error;
}
