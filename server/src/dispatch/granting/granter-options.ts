import type { Clock } from "@baton/proto/shared";
import type { QueueName } from "../../domain/ids.ts";
import type { Store } from "../../store/store.ts";
import type { DispatchLog } from "../log.ts";
import type { Reopener } from "../session/reopener.ts";
import type { LeaseSession } from "../session/session.ts";
import type { DispatchSettings } from "../settings.ts";
import type { Settler } from "../settling/settler.ts";
import type { UndecodableLog } from "../store-calls/undecodable-log.ts";

/** What a `Granter` needs, and each queue's. */
export interface GranterOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: DispatchLog;
  readonly settings: DispatchSettings;
  readonly settler: Settler;
  readonly reopener: Reopener;
  readonly undecodable: UndecodableLog;
  /** Told when another stream took a session up. */
  readonly onSuperseded: (session: LeaseSession) => void;
  /** Told how soon attempts of a queue may run out of time. */
  readonly onLeased: (queue: QueueName, attemptTimeoutMs: number) => void;
}
