import type { ServeConfig } from "./config.ts";
import { ConfigError } from "./config.ts";
import type { Dispatcher } from "./dispatch/contract.ts";
import { createDispatcher } from "./dispatch/dispatcher.ts";
import type { DispatchLog } from "./dispatch/log.ts";
import { systemClock } from "./domain/clock.ts";
import { createGrpcServer, type GrpcServer } from "./grpc/server.ts";
import type { Store } from "./store/store.ts";

const SQLITE_SCHEME = "sqlite:";

/** A dispatcher that serves. */
export interface RunningDispatcher {
  /** Where gRPC is served, with the port that was taken. */
  readonly address: string;
  /** Lets workers move and calls end, then ends everything; safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Opens the store, starts a dispatcher on it and serves it over gRPC.
 *
 * @throws ConfigError, StoreOpenError or an error of one line where that is not possible
 */
export async function startDispatcher(
  config: ServeConfig,
  log: DispatchLog,
): Promise<RunningDispatcher> {
  const store = await openStore(config, log);
  const dispatcher = createDispatcher({
    store,
    clock: systemClock,
    random: Math.random,
    log,
    settings: {
      leaseTtlMs: config.leaseTtlMs,
      reconnectGraceMs: config.reconnectGraceMs,
      sweepIntervalMs: config.sweepIntervalMs,
    },
  });
  const server = createGrpcServer({ dispatcher, clock: systemClock, log });
  const host = config.listenHost.includes(":") ? `[${config.listenHost}]` : config.listenHost;
  dispatcher.start();
  try {
    const port = await server.listen(`${host}:${config.listenPort}`);
    const stop = once(() => stopAll(config.drainTimeoutMs, server, dispatcher, store));
    return { address: `${host}:${port}`, stop };
  } catch (error) {
    await stopAll(0, server, dispatcher, store);
    throw error;
  }
}

async function openStore(config: ServeConfig, log: DispatchLog): Promise<Store> {
  // Each is loaded where it is used, so that one store's driver is not the other's start-up time.
  if (config.storeUrl.startsWith(SQLITE_SCHEME)) {
    const { openSqliteStore } = await import("./store/sqlite/open.ts");
    const path = config.storeUrl.slice(SQLITE_SCHEME.length);
    return openSqliteStore({ path, clock: systemClock, synchronous: config.sqliteSynchronous });
  }
  if (config.storeUrl.startsWith("redis")) {
    const { openRedisStore } = await import("./store/redis/open-redis-store.ts");
    return openRedisStore({
      url: config.storeUrl,
      allowUnsafe: config.allowUnsafeRedis,
      onConnectionError: (error) => log.warn({ err: error }, "the connection to Redis broke"),
    });
  }
  throw new ConfigError(
    `--store ${JSON.stringify(config.storeUrl)} names no store; use sqlite:PATH or redis://HOST:PORT`,
  );
}

async function stopAll(
  graceMs: number,
  server: GrpcServer,
  dispatcher: Dispatcher,
  store: Store,
): Promise<void> {
  await server.drain(graceMs);
  await server.close();
  await dispatcher.stop();
  await store.close();
}

function once(action: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | null = null;
  return () => {
    result ??= action();
    return result;
  };
}
