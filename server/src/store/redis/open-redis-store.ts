import { type Clock, systemClock } from "@baton/proto/shared";
import { newStreamId, type QueueName } from "../../domain/ids.ts";
import { DEFAULTS } from "../../domain/limits.ts";
import type { Documents } from "../documents.ts";
import { type Store, StoreOpenError } from "../store.ts";
import {
  type ConnectOptions,
  connect,
  connectSubscriber,
  disconnect,
} from "./client/connection.ts";
import { shownFailure } from "./client/errors.ts";
import { loadFunctions } from "./client/functions.ts";
import type { Loading } from "./client/handshake.ts";
import { Hints } from "./client/hints.ts";
import type { ScriptName } from "./client/script.ts";
import { ScriptRunner } from "./client/script-runner.ts";
import { checkServers } from "./client/startup-checks.ts";
import { parseRedisUrl } from "./client/url.ts";
import { RedisDocuments } from "./documents.ts";
import { RedisFlow } from "./flow.ts";
import { isKeyPrefix } from "./keys.ts";
import { sliceReader } from "./listing.ts";
import { PlaceCounter } from "./partitions/partition-reads.ts";
import { PartitionedStore } from "./partitions/partitioned-store.ts";
import { Partitions } from "./partitions/partitions.ts";
import { QueueRegistry } from "./queue-registry.ts";
import { RedisStore } from "./redis-store.ts";
import { Sweeper } from "./sweep.ts";
import { RedisWorkers } from "./workers.ts";

/** How to open a Redis store. */
export interface RedisStoreOptions {
  /** See {@link parseRedisUrl}. */
  readonly url: string;
  /** Begins every key; `[A-Za-z0-9._-]`, default `b`. */
  readonly prefix?: string;
  /** Starts on a Redis that may evict or forget tasks. */
  readonly allowUnsafe?: boolean;
  /** How long to try to reach Redis before giving up, without the time that it loads its data; default 5 s. */
  readonly openTimeoutMs?: number;
  /** For timers and intervals; times of tasks are the server's. */
  readonly clock?: Clock;
  /**
   * Queues whose hints are heard from the start. In a cluster, where each queue has a channel, others
   * are heard from the first session or watch on; otherwise every queue is.
   */
  readonly followQueues?: readonly QueueName[];
  /**
   * How many partitions queues have, 1 to 64, each in a slot of its own; remembered in Redis, so that
   * those not named are as another dispatcher named them, or not partitioned.
   */
  readonly partitions?: ReadonlyMap<QueueName, number>;
  /** For how long a task that dies is kept at least; default 14 days. */
  readonly deadRetentionMs?: number;
  /** Told of every broken connection, for the log. */
  readonly onConnectionError?: (error: Error) => void;
  /** Told about once a second while Redis loads its data, which is waited for. */
  readonly onLoading?: (loading: Loading) => void;
  /** Ends the wait for Redis. */
  readonly signal?: AbortSignal | undefined;
  /** How far the store's clock is ahead of the server's, ms; for tests. */
  readonly clockOffset?: () => number;
  /** Told of every script call; for tests. */
  readonly onScript?: (name: ScriptName) => void;
}

/** What is opened on one Redis. */
export interface RedisStores {
  readonly store: Store;
  readonly documents: Documents;
}

const DEFAULT_PREFIX = "b";
const DEFAULT_OPEN_TIMEOUT_MS = 5_000;

/**
 * Opens a store on Redis: one server, a cluster, or a master that sentinels name.
 *
 * @throws StoreOpenError where the URL is none, Redis is not reached or would lose tasks, or a queue in use
 *   has another number of partitions
 */
export async function openRedisStore(options: RedisStoreOptions): Promise<RedisStores["store"]> {
  return (await openRedis(options)).store;
}

/** As {@link openRedisStore}, with the documents beside it; closing the store closes both. */
export async function openRedis(options: RedisStoreOptions): Promise<RedisStores> {
  const prefix = options.prefix ?? DEFAULT_PREFIX;
  if (!isKeyPrefix(prefix)) {
    throw new StoreOpenError(`${JSON.stringify(prefix)} cannot begin keys; use [A-Za-z0-9._-]`);
  }
  const clock = options.clock ?? systemClock;
  const target = parseRedisUrl(options.url);
  const connecting: ConnectOptions = {
    clock,
    openTimeoutMs: options.openTimeoutMs ?? DEFAULT_OPEN_TIMEOUT_MS,
    onConnectionError: options.onConnectionError ?? (() => undefined),
    onLoading: options.onLoading ?? (() => undefined),
    signal: options.signal,
  };
  const client = await connect(target, connecting);
  const partitions = new Partitions(client, prefix);
  const followed: QueueName[] = [];
  try {
    await checkServers(client, target, options.allowUnsafe ?? false);
    // One that refuses writes may have them; where it does not, a call that misses them says why.
    await loadFunctions(client).catch(() => undefined);
    await partitions.configure(options.partitions ?? new Map());
    followed.push(...(await partitions.namesOf(options.followQueues ?? [])));
  } catch (error) {
    disconnect(client);
    throw error instanceof StoreOpenError
      ? error
      : new StoreOpenError(`Redis does not answer: ${shownFailure(error as Error)}`, error);
  }
  const hints = new Hints(client, prefix, newStreamId(), clock);
  const subscriber = target.kind === "cluster" ? null : connectSubscriber(target, connecting);
  if (subscriber !== null) {
    await hints.subscribe(subscriber);
  }
  await Promise.all(followed.map((queue) => hints.follow(queue)));
  const clockOffset = options.clockOffset ?? (() => 0);
  const runner = new ScriptRunner(client, hints, {
    prefix,
    deadRetentionMs: options.deadRetentionMs ?? DEFAULTS.deadRetentionMs,
    clockOffset,
    onScript: options.onScript ?? null,
  });
  const registry = new QueueRegistry(client, { prefix, clock, clockOffset });
  const flow = new RedisFlow(runner, registry);
  const plain = new RedisStore({
    runner,
    registry,
    flow,
    sweeper: new Sweeper(runner, registry, clock),
    workers: new RedisWorkers(runner, registry),
    hints,
    close: async () => {
      if (subscriber !== null) {
        disconnect(subscriber);
      }
      disconnect(client);
    },
  });
  const store = new PartitionedStore({
    store: plain,
    flow,
    partitions,
    readSlice: sliceReader(runner),
    places: new PlaceCounter(client, runner, prefix),
    clock,
  });
  return { store, documents: new RedisDocuments(client, { prefix, clockOffset, clock }) };
}
