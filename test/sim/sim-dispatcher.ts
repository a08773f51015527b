import type { Dispatcher } from "../../server/src/dispatch/contract.ts";
import { createDispatcher } from "../../server/src/dispatch/dispatcher.ts";
import type { DispatchLog } from "../../server/src/dispatch/log.ts";
import { AwaitedShares } from "../../server/src/grpc/calls/awaited-shares.ts";
import { CallDeadlines } from "../../server/src/grpc/calls/call-deadlines.ts";
import { ConnectionAges } from "../../server/src/grpc/connections/connection-ages.ts";
import { OpenCalls } from "../../server/src/grpc/connections/open-calls.ts";
import { DEFAULT_GRPC_SETTINGS } from "../../server/src/grpc/server.ts";
import { leaseHandler } from "../../server/src/grpc/workers/lease-stream.ts";
import type { Store } from "../../server/src/store/store.ts";
import type { SeededRandom } from "../support/seeded-random.ts";
import type { Endpoint, StreamHandler } from "./sim-network.ts";
import { connectTo, type StoreFaults } from "./sim-store.ts";
import { SimProcess, type SimTime } from "./sim-time.ts";

/** How long sessions outlive their last heartbeat in a simulation. */
export const SIM_TTL_MS = 15_000;

/** A dispatcher process: the real core and the real stream handler, on simulated time. */
export class SimDispatcher implements Endpoint {
  readonly process: SimProcess;
  readonly handler: StreamHandler;
  readonly dispatcher: Dispatcher;
  /** Takes no more streams. */
  isLeaving = false;

  constructor(options: {
    readonly time: SimTime;
    readonly name: string;
    readonly store: Store;
    readonly random: SeededRandom;
    readonly faults: StoreFaults;
    readonly log: DispatchLog;
  }) {
    const { time, name, store, random, faults, log } = options;
    this.process = new SimProcess(time, name);
    const { clock } = this.process;
    this.dispatcher = createDispatcher({
      store: connectTo(store, this.process, random.fork(), faults, (error) =>
        log.error({ err: error }, "the store is broken"),
      ),
      clock,
      random: () => random.next(),
      log,
      // Short against the time in which tasks have to come back: what keeps a worker for a suspect keeps others waiting.
      settings: { leaseTtlMs: SIM_TTL_MS, suspectQuietMs: 500 },
    });
    const { unaryTimeoutMs, helloTimeoutMs, lingerMs } = DEFAULT_GRPC_SETTINGS;
    // Simulated streams are on no connection that gets old.
    const ages = new ConnectionAges(clock, Number.POSITIVE_INFINITY);
    this.handler = leaseHandler({
      dispatcher: this.dispatcher,
      clock,
      log,
      ledger: {
        connectionOf: () => null,
        makeRoom: (_call, _bytes, ready) => ready(() => {}),
        mustWait: () => false,
      },
      deadlines: new CallDeadlines(clock, unaryTimeoutMs),
      ages,
      submitStreams: new OpenCalls(ages),
      waitingCalls: new OpenCalls(ages),
      awaited: new AwaitedShares(0, 0),
      helloTimeoutMs,
      lingerMs,
    }) as unknown as StreamHandler;
    void this.dispatcher.start();
  }

  /** Ends as on SIGTERM: workers move, then the process is gone. */
  leave(graceMs: number, onGone: () => void): void {
    this.isLeaving = true;
    void this.dispatcher
      .drain(graceMs)
      .then(() => this.dispatcher.stop())
      .then(() => this.process.die())
      .then(onGone);
  }
}
