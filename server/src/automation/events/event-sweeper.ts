import type { DispatchLog } from "../../dispatch/log.ts";
import type { UndecodableLog } from "../../dispatch/store-calls/undecodable-log.ts";
import type { Clock } from "../../domain/clock.ts";
import { Undecodable } from "../../domain/undecodable.ts";
import { COLLECTIONS, type DocumentRemoval, type Documents } from "../../store/documents.ts";
import { SweepLoop } from "../sweep-loop.ts";
import type { Deliverer, PendingEvent } from "./deliverer.ts";
import { eventOf } from "./event-records.ts";
import { DELIVERY_RECOVERY_MS } from "./prepared-event.ts";

/** What an {@link EventSweeper} needs. */
export interface EventSweeperOptions {
  readonly documents: Documents;
  readonly deliverer: Deliverer;
  readonly undecodable: UndecodableLog;
  readonly clock: Clock;
  readonly log: DispatchLog;
  /** Events of other dispatchers are looked for at least this often. */
  readonly intervalMs: number;
}

const EVENTS_A_ROUND = 100;

/** Delivers events whose dispatcher did not, and forgets those whose window is over. */
export class EventSweeper {
  readonly #options: EventSweeperOptions;
  readonly #loop: SweepLoop;
  #isStopped = false;

  constructor(options: EventSweeperOptions) {
    const { clock, log, intervalMs } = options;
    this.#options = options;
    this.#loop = new SweepLoop({ clock, log, intervalMs, pass: () => this.sweep() });
  }

  /** Begins to sweep. */
  start(): void {
    this.#loop.start();
  }

  /** Ends the sweeping; resolves once nothing is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#loop.stop();
  }

  /** Sweeps until nothing is due. Returns how long until something is; null where nothing will be. */
  async sweep(): Promise<number | null> {
    const { documents, deliverer, undecodable } = this.#options;
    while (!this.#isStopped) {
      const due = await documents.due(COLLECTIONS.events, EVENTS_A_ROUND, DELIVERY_RECOVERY_MS);
      if (due.documents.length === 0) {
        return due.nextInMs;
      }
      const pending: PendingEvent[] = [];
      const over: DocumentRemoval[] = [];
      for (const document of due.documents) {
        const { name, version } = document;
        const event = eventOf(document);
        if (event instanceof Undecodable) {
          undecodable.note(event);
          continue;
        }
        const { fingerprint, deliveries, tasks } = event;
        if (tasks === null) {
          over.push({ name, expectedVersion: version });
        } else {
          pending.push({ name, version, fingerprint, deliveries, tasks });
        }
      }
      // What the store failed for comes back when it is not hidden any more.
      for (const each of await Promise.allSettled([
        deliverer.deliver(pending),
        documents.remove(COLLECTIONS.events, over),
      ])) {
        if (each.status === "rejected") {
          this.#options.log.debug({ err: each.reason }, "some events are left to a later sweep");
        }
      }
    }
    return null;
  }
}
