import { DEFAULT_QUEUE_SETTINGS, type QueueSettings } from "../../../domain/flow/queue-settings.ts";
import type { QueueName } from "../../../domain/ids.ts";
import type { FlowRow } from "../statements/flow-statements.ts";

/** A queue as the tables name it. */
export interface QueueKey {
  readonly id: number;
  readonly name: QueueName;
  /** Whether its tasks in the ready index are sorted by kind as well. */
  isByKind: boolean;
  /** Null where it has no settings and never had a task with a key: nothing limits it then. */
  flow: QueueFlow | null;
  /** Its leases that were granted since the file was opened, by their tasks. */
  readonly leased: Map<string, LeasedTaskKey>;
}

/** What ends a lease without its task being looked up. */
export interface LeasedTaskKey {
  readonly seq: number;
  readonly retentionMs: number;
  readonly rememberUntil: number;
  /** Empty where it has none. */
  readonly concurrencyKey: string;
}

/** What the process remembers of how a queue flows; whoever changes it writes it to the file as well. */
export interface QueueFlow {
  settings: QueueSettings;
  /** 0 where nobody set any. */
  revision: number;
  /** 0 where no worker holds it. */
  heldUntilMs: number;
  /** 0 where it has passed. */
  tatMs: number;
  /** After which key parked lanes are still to be let in; null where none are. */
  letInAfter: string | null;
  /** Whether a lease left tasks for the queue's concurrency limit; not in the file, since no session outlives that. */
  awaitsEnd: boolean;
  /** Whether lanes may be parked; not in the file, where they may be when it is opened. */
  mayHaveParked: boolean;
  /** The kind whose turn was last, which says whose is next; empty for all that has no lanes; not in the file. */
  lastLine: string;
}

/** What the process remembers of a row, or of a queue that has none yet. */
export function flowOfRow(row: FlowRow | null): QueueFlow {
  return {
    settings: row?.settings ? settingsOf(row.settings) : DEFAULT_QUEUE_SETTINGS,
    revision: row?.revision ?? 0,
    heldUntilMs: row?.held_until ?? 0,
    tatMs: row?.tat ?? 0,
    letInAfter: row?.let_in_after ?? null,
    awaitsEnd: false,
    mayHaveParked: row !== null,
    lastLine: "",
  };
}

/** Settings that an earlier version wrote have what it did not know at its default. */
function settingsOf(json: string): QueueSettings {
  return { ...DEFAULT_QUEUE_SETTINGS, ...(JSON.parse(json) as QueueSettings) };
}
