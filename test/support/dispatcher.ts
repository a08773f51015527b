import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@baton/proto/shared";
import { createDispatcher } from "../../server/src/dispatch/dispatcher.ts";
import type { DispatchLog } from "../../server/src/dispatch/log.ts";
import type { DispatchSettings } from "../../server/src/dispatch/settings.ts";
import { createGrpcServer, type GrpcSettings } from "../../server/src/grpc/server.ts";
import { openSqliteStore } from "../../server/src/store/sqlite/open.ts";
import type { Store } from "../../server/src/store/store.ts";

/** A dispatcher that serves on loopback. */
export interface DispatcherUnderTest {
  readonly address: string;
  readonly port: number;
  readonly store: Store;
  /** Tells workers to move, and ends their streams after the grace. */
  drain(graceMs: number): Promise<void>;
  /** Ends everything, and removes its files unless they were the caller's. */
  stop(): Promise<void>;
}

/** How a dispatcher under test is started. */
export interface DispatcherUnderTestOptions {
  readonly settings?: Partial<DispatchSettings>;
  readonly maxConnectionAgeMs?: number;
  readonly server?: Partial<GrpcSettings>;
  /** What workers are said to be connected to. */
  readonly name?: string;
  /** Default: a free port. */
  readonly port?: number;
  /** Where to keep the tasks; stays when the dispatcher stops. Default: a directory of its own. */
  readonly directory?: string;
  /** Closed with the dispatcher. Default: one on a SQLite file. */
  readonly store?: Store;
}

const silent: DispatchLog = { debug() {}, info() {}, warn() {}, error() {} };

/** So short that a test sees a lease end, and long enough for a machine that is busy. */
const FAST: Partial<DispatchSettings> = {
  leaseTtlMs: 900,
  heartbeatIntervalMs: 300,
  reconnectGraceMs: 300,
  sweepIntervalMs: 20,
  idleSweepIntervalMs: 50,
  longestSweepIntervalMs: 50,
  pollIntervalMs: 50,
};

/** Starts a real dispatcher in this process. */
export async function startTestDispatcher(
  options: DispatcherUnderTestOptions = {},
): Promise<DispatcherUnderTest> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), "baton-test-")));
  const store =
    options.store ??
    openSqliteStore({
      path: join(directory, "tasks.sqlite"),
      clock: systemClock,
      synchronous: "NORMAL",
    });
  const dispatcher = createDispatcher({
    store,
    clock: systemClock,
    random: Math.random,
    log: silent,
    settings: { ...FAST, ...options.settings },
    ...(options.name !== undefined && { name: options.name }),
  });
  const server = createGrpcServer({
    dispatcher,
    clock: systemClock,
    log: silent,
    isAlone: true,
    settings: {
      closeGraceMs: 50,
      lingerMs: 200,
      ...(options.maxConnectionAgeMs && { maxConnectionAgeMs: options.maxConnectionAgeMs }),
      ...options.server,
    },
  });
  void dispatcher.start();
  const port = await server.listen(`127.0.0.1:${options.port ?? 0}`);
  return {
    address: `127.0.0.1:${port}`,
    port,
    store,
    drain: (graceMs) => server.drain(graceMs),
    async stop() {
      await server.drain(0);
      await server.close();
      await dispatcher.stop();
      await store.close();
      if (options.directory === undefined) {
        await rm(directory, { recursive: true, force: true });
      }
    },
  };
}
