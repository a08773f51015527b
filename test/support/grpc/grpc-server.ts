import type { Clock } from "@baton/proto/shared";
import type { Dispatcher } from "../../../server/src/dispatch/contract.ts";
import { createDispatcher } from "../../../server/src/dispatch/dispatcher.ts";
import type { DispatchLog } from "../../../server/src/dispatch/log.ts";
import type { DispatchSettings } from "../../../server/src/dispatch/settings.ts";
import {
  createGrpcServer,
  type GrpcServer,
  type GrpcSettings,
} from "../../../server/src/grpc/server.ts";
import type { MemoryBudget } from "../../../server/src/net/memory-budget.ts";
import { openSqliteStore } from "../../../server/src/store/sqlite/open.ts";
import { ManualClock } from "../time/manual-clock.ts";
import { GrpcClient } from "./grpc-client.ts";

const CLOSE_GRACE_MS = 50;

/** A line of the log. */
export interface LogLine {
  readonly level: keyof DispatchLog;
  readonly fields: object;
  readonly message: string;
}

/** A real gRPC server in front of a dispatcher, and a real client of it. */
export interface GrpcUnderTest {
  readonly server: GrpcServer;
  readonly client: GrpcClient;
  readonly address: string;
  readonly log: readonly LogLine[];
  /** Closes both. */
  stop(): Promise<void>;
}

/** Serves the dispatcher on a free port of 127.0.0.1. */
export async function startGrpc(
  dispatcher: Dispatcher,
  {
    clock = new ManualClock(),
    settings = {},
    isAlone = false,
    budget,
  }: {
    clock?: Clock;
    settings?: Partial<GrpcSettings>;
    isAlone?: boolean;
    budget?: MemoryBudget;
  } = {},
): Promise<GrpcUnderTest> {
  const log: LogLine[] = [];
  const server = createGrpcServer({
    dispatcher,
    clock,
    log: logInto(log),
    isAlone,
    settings: { closeGraceMs: CLOSE_GRACE_MS, ...settings },
    ...(budget === undefined ? {} : { budget }),
  });
  const address = `127.0.0.1:${await server.listen("127.0.0.1:0")}`;
  const client = new GrpcClient(address);
  return {
    server,
    client,
    address,
    log,
    async stop() {
      client.close();
      const closing = server.close();
      if (clock instanceof ManualClock) {
        clock.advance(CLOSE_GRACE_MS);
      }
      await closing;
    },
  };
}

/** A dispatcher on a SQLite store in memory, served for real, in a time that stands still. */
export interface BatonUnderTest extends GrpcUnderTest {
  readonly clock: ManualClock;
  readonly dispatcher: Dispatcher;
}

/** Starts everything that a dispatcher's process has, but for the process. */
export async function startBaton(
  settings: Partial<DispatchSettings> = {},
): Promise<BatonUnderTest> {
  const clock = new ManualClock();
  const store = openSqliteStore({ path: ":memory:", clock, synchronous: "NORMAL" });
  const lines: LogLine[] = [];
  const log = logInto(lines);
  const dispatcher = createDispatcher({ store, clock, random: () => 0, log, settings });
  void dispatcher.start();
  const grpc = await startGrpc(dispatcher, { clock, isAlone: true });
  return {
    ...grpc,
    clock,
    dispatcher,
    async stop() {
      await grpc.stop();
      await dispatcher.stop();
      await store.close();
    },
  };
}

/** A log that keeps its lines. */
export function logInto(lines: LogLine[]): DispatchLog {
  const write =
    (level: keyof DispatchLog) =>
    (fields: object, message: string): void => {
      lines.push({ level, fields, message });
    };
  return {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
  };
}
