import { hostname } from "node:os";
import { systemClock } from "@baton/proto/shared";
import type { Events } from "./automation/events/contract.ts";
import { createEvents } from "./automation/events/events.ts";
import type { Operations } from "./automation/operations/contract.ts";
import { createOperations } from "./automation/operations/operations.ts";
import type { Schedules } from "./automation/schedules/contract.ts";
import { createSchedules } from "./automation/schedules/schedules.ts";
import type { Dispatcher } from "./dispatch/contract.ts";
import { createDispatcher } from "./dispatch/dispatcher.ts";
import type { DispatchLog } from "./dispatch/log.ts";
import { QueueFigures } from "./dispatch/operating/queue-figures.ts";
import type { DispatchSettings } from "./dispatch/settings.ts";
import type { RecordKind } from "./domain/undecodable.ts";
import { createGrpcServer, DEFAULT_GRPC_SETTINGS, type GrpcServer } from "./grpc/server.ts";
import { createHttpServer, type HttpServer } from "./http/http-server.ts";
import { MemoryBudget } from "./net/memory-budget.ts";
import { Stopping, type StopStep } from "./processes/stopping.ts";
import type { ServeConfig } from "./settings/config.ts";
import { ConfigError } from "./settings/setting.ts";
import type { Documents } from "./store/documents.ts";
import { parseRedisUrl, shownTarget } from "./store/redis/client/url.ts";
import type { Store } from "./store/store.ts";
import { atMostEvery } from "./telemetry/at-most-every.ts";
import { startTelemetry, type Telemetry } from "./telemetry/telemetry.ts";

/** How often the log says that connections to Redis break. */
const BROKEN_LOG_MS = 1_000;
/** How often the log says that Redis still loads its data. */
const LOADING_LOG_MS = 5_000;

const SQLITE_SCHEME = "sqlite:";
const MEBIBYTE = 1024 * 1024;
const REDIS_SCHEMES = "redis";
/** It runs in this process, so that nothing is won by leasing a part while the part before is run. */
const SQLITE_GRANT_TASKS = 200;

/** What a settlement needs is a few pages: the journal until it is written back, and the results. */
const SQLITE_RESERVE_BYTES = 32 * 1024 * 1024;

/** A dispatcher that serves. */
export interface RunningDispatcher {
  /** Where gRPC is served, with the port that was taken. */
  readonly address: string;
  /** Where HTTP is served; null where it is not. */
  readonly httpAddress: string | null;
  /**
   * Lets workers move and calls end, then ends everything, within the drain's time and 10 s; safe to call
   * twice. Never rejects.
   *
   * @returns whether all of it went as it should; what did not is in the log
   */
  stop(): Promise<boolean>;
}

/**
 * Opens the store, starts a dispatcher on it and serves it over gRPC and HTTP.
 *
 * @param signal ends the wait for a Redis that loads its data, with a StoreOpenError
 * @throws ConfigError, StoreOpenError or an error of one line where that is not possible
 */
export async function startDispatcher(
  config: ServeConfig,
  log: DispatchLog,
  signal?: AbortSignal,
): Promise<RunningDispatcher> {
  const telemetry = await startTelemetry(process.env, systemClock, log);
  const {
    store: plainStore,
    documents,
    settings,
  } = await openStore(config, log, signal).catch(async (error: unknown) => {
    await telemetry.stop();
    throw error;
  });
  const store = telemetry.instrument(plainStore);
  const dispatcher = createDispatcher({
    store,
    clock: systemClock,
    random: Math.random,
    log,
    name: `${hostname()}:${process.pid}`,
    onUndecodable: (kind) => telemetry.undecodable(kind),
    settings: {
      ...settings,
      leaseTtlMs: config.leaseTtlMs,
      reconnectGraceMs: config.reconnectGraceMs,
      sweepIntervalMs: config.sweepIntervalMs,
    },
  });
  const own: Pick<Dispatcher, "submit"> = {
    submit: (batch, done) => dispatcher.submitOwn(batch, done),
  };
  const parts = { documents, store, dispatcher: own, clock: systemClock, log };
  const automation = {
    ...parts,
    sweepIntervalMs: config.sweepIntervalMs,
    onRequestIdTaken: () => telemetry.requestIdTaken(),
    onUndecodable: (kind: RecordKind) => telemetry.undecodable(kind),
  };
  const schedules = createSchedules(automation);
  const events = createEvents(automation);
  const operations = createOperations(automation);
  // A file belongs to one process.
  const isAlone = config.storeUrl.startsWith(SQLITE_SCHEME);
  const served = { dispatcher, schedules, events, operations };
  const { connectionAgeMs, maxConnections, httpAllowedHosts: allowedHosts } = config;
  const serverSettings = {
    maxConnectionAgeMs: connectionAgeMs,
    maxConnections,
    maxPeerConnections: Math.ceil(maxConnections / 2),
    pingTimeoutMs: Math.max(DEFAULT_GRPC_SETTINGS.pingTimeoutMs, config.leaseTtlMs),
  };
  const maxBytes = config.connectionMemoryMiB * MEBIBYTE;
  const budget = new MemoryBudget({ maxBytes, maxPeerBytes: maxBytes / 2 }, systemClock);
  const server = createGrpcServer({
    ...served,
    clock: systemClock,
    log,
    isAlone,
    settings: serverSettings,
    budget,
    onCut: (reason) => telemetry.cut("grpc", reason),
  });
  const http = createHttpServer({
    events,
    log,
    metricsText: () => telemetry.metricsText(),
    isReady: () => dispatcher.isReady(),
    allowedHosts,
    eventReplies: config.eventReplies,
    budget,
    onCut: (reason) => telemetry.cut("http", reason),
  });
  // Not through the instruments: reading a gauge is no work of the dispatcher's.
  const figures = new QueueFigures(plainStore, systemClock);
  telemetry.observe({
    stats: () => figures.all(),
    load: () => dispatcher.load(),
    connections: {
      open: (port) => (port === "grpc" ? server : http).openConnections,
      heldBytes: () => budget.heldBytes,
    },
  });
  const stopIn = (graceMs: number): Promise<boolean> =>
    stopAll(graceMs, log, { ...served, server, http, store, telemetry });
  const answered = dispatcher.start();
  schedules.start();
  events.start();
  operations.begin();
  try {
    // Whoever sees it listen may ask at once whether it is ready.
    await answered;
    const host = config.listenHost.includes(":") ? `[${config.listenHost}]` : config.listenHost;
    const port = await server.listen(`${host}:${config.listenPort}`);
    return {
      address: `${host}:${port}`,
      httpAddress: config.http && (await listenHttp(http, config.http)),
      stop: once(() => stopIn(config.drainTimeoutMs)),
    };
  } catch (error) {
    await stopIn(0);
    throw error;
  }
}

async function listenHttp(
  http: HttpServer,
  { host, port }: NonNullable<ServeConfig["http"]>,
): Promise<string> {
  const bound = await http.listen(host, port);
  return `${host.includes(":") ? `[${host}]` : host}:${bound}`;
}

/**
 * Says where a store is, for people: what was understood of the URL and is known to be no secret.
 *
 * @throws ConfigError where the URL names no store
 */
export function shownStore(url: string): string {
  if (url.startsWith(SQLITE_SCHEME)) {
    const wrong = wrongWithPath(url.slice(SQLITE_SCHEME.length));
    if (wrong !== undefined) {
      throw new ConfigError(`--store sqlite:PATH ${wrong}`);
    }
    return url;
  }
  if (!url.startsWith(REDIS_SCHEMES)) {
    throw new ConfigError("--store names no store; use sqlite:PATH or redis://HOST:PORT");
  }
  try {
    return `Redis at ${shownTarget(parseRedisUrl(url))}`;
  } catch (error) {
    throw new ConfigError(`--store: ${(error as Error).message}`);
  }
}

/** What is no name of a file, and would be made one of all the same. */
function wrongWithPath(path: string): string | undefined {
  if (/\?|^\/\/.*@/s.test(path)) {
    return "takes a path alone: no user, password or parameters";
  }
  if (/^(?:file:)?:memory:$|^file:/i.test(path)) {
    return "names a file by its path: there is no store in memory, and no file: URL";
  }
  if (/^~(?:\/|$)/.test(path)) {
    return "is not expanded: write the home directory out, or $HOME where a shell reads it";
  }
  return /^$|\/$/.test(path) ? "names no file" : undefined;
}

interface OpenedStore {
  readonly store: Store;
  readonly documents: Documents;
  /** What is dispatched otherwise than by default where this is the store. */
  readonly settings: Partial<DispatchSettings>;
}

async function openStore(
  config: ServeConfig,
  log: DispatchLog,
  signal?: AbortSignal,
): Promise<OpenedStore> {
  // Each is loaded where it is used, so that one store's driver is not the other's start-up time.
  if (config.storeUrl.startsWith(SQLITE_SCHEME)) {
    const { openSqlite } = await import("./store/sqlite/open.ts");
    const path = config.storeUrl.slice(SQLITE_SCHEME.length);
    const opened = openSqlite({
      path,
      clock: systemClock,
      synchronous: config.sqliteSynchronous,
      reserveBytes: SQLITE_RESERVE_BYTES,
      deadRetentionMs: config.deadRetentionMs,
    });
    return { ...opened, settings: { maxGrantTasks: SQLITE_GRANT_TASKS } };
  }
  const { openRedis } = await import("./store/redis/open-redis-store.ts");
  const opened = await openRedis({
    url: config.storeUrl,
    allowUnsafe: config.allowUnsafeRedis,
    partitions: config.partitions,
    deadRetentionMs: config.deadRetentionMs,
    onConnectionError: atMostEvery(BROKEN_LOG_MS, systemClock, (error: Error, count) =>
      log.warn({ err: error, count }, "the connection to Redis broke"),
    ),
    onLoading: atMostEvery(
      LOADING_LOG_MS,
      systemClock,
      ({ loadedPercent }: { loadedPercent: string }) =>
        log.warn(
          { loaded_percent: loadedPercent },
          "Redis loads its data from disk; waiting for it",
        ),
    ),
    signal,
  });
  return { ...opened, settings: {} };
}

interface Running {
  readonly server: GrpcServer;
  readonly http: HttpServer;
  readonly schedules: Schedules;
  readonly events: Events;
  readonly operations: Operations;
  readonly dispatcher: Dispatcher;
  readonly store: Store;
  readonly telemetry: Telemetry;
}

/**
 * How long the steps of stopping may take beside the drain: 10 s in all, with a little left.
 */
const STOP_MS = {
  settle: 3_000,
  http: 3_000,
  connections: 2_500,
  calls: 1_500,
  store: 500,
  telemetry: 2_250,
};

/** Returns whether every step did what it should, in its time. */
async function stopAll(graceMs: number, log: DispatchLog, running: Running): Promise<boolean> {
  const { server, http, schedules, events, operations, dispatcher, store, telemetry } = running;
  const stopping = new Stopping(systemClock, log);
  const step = (name: string, withinMs: number, run: () => Promise<void>): StopStep => ({
    name,
    withinMs,
    run,
  });
  const drainMs = graceMs + STOP_MS.settle;
  await stopping.all([
    // First, so that nothing is sent here any more. What submits tasks by itself may go on doing so.
    step("drain", drainMs, () => server.drain(graceMs)),
    { ...step("http", STOP_MS.http, () => http.close()), cut: () => http.cut() },
    step("schedules", drainMs, () => schedules.stop()),
    step("events", drainMs, () => events.stop()),
    step("operations", drainMs, () => operations.end()),
  ]);
  await stopping.all([step("connections", STOP_MS.connections, () => server.close())]);
  await stopping.all([step("calls to the store", STOP_MS.calls, () => dispatcher.stop())]);
  await stopping.all([step("store", STOP_MS.store, () => store.close())]);
  await stopping.all([step("telemetry", STOP_MS.telemetry, () => telemetry.stop())]);
  return !stopping.hasFailed;
}

function once(action: () => Promise<boolean>): () => Promise<boolean> {
  let result: Promise<boolean> | null = null;
  return () => {
    result ??= action();
    return result;
  };
}
