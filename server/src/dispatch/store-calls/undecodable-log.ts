import type { Clock } from "@baton/proto/shared";
import type { TaskId } from "../../domain/ids.ts";
import { isReadable, type RecordKind, Undecodable } from "../../domain/undecodable.ts";
import type { DispatchLog } from "../log.ts";

/** What an {@link UndecodableLog} needs. */
export interface UndecodableLogOptions {
  readonly clock: Clock;
  readonly log: DispatchLog;
  /** Counts a record that was left out. */
  readonly onUndecodable?: ((kind: RecordKind) => void) | undefined;
}

const SILENT_MS = 3_600_000;
const MAX_NAMES = 1_000;

/** Logs records that cannot be read, each at most once an hour, and counts them each time. */
export class UndecodableLog {
  readonly #options: UndecodableLogOptions;
  readonly #loggedAtMs = new Map<string, number>();

  constructor(options: UndecodableLogOptions) {
    this.#options = options;
  }

  /** Returns the records that can be read; notes the others. */
  readable<Value>(found: readonly (Value | Undecodable)[]): Value[] {
    const readable: Value[] = [];
    for (const each of found) {
      if (isReadable(each)) {
        readable.push(each);
      } else {
        this.note(each);
      }
    }
    return readable;
  }

  /** Notes tasks that are put off. */
  noteTasks(ids: readonly TaskId[]): void {
    for (const id of ids) {
      this.note(new Undecodable("task", id, 0, null));
    }
  }

  /** Notes a record that is left out. */
  note(record: Undecodable): void {
    const { clock, log, onUndecodable } = this.#options;
    onUndecodable?.(record.kind);
    const name = `${record.kind} ${record.recordName}`;
    const nowMs = clock.monotonicMs();
    const loggedAtMs = this.#loggedAtMs.get(name) ?? Number.NEGATIVE_INFINITY;
    if (nowMs - loggedAtMs < SILENT_MS) {
      return;
    }
    if (this.#loggedAtMs.size === MAX_NAMES) {
      this.#loggedAtMs.clear();
    }
    this.#loggedAtMs.set(name, nowMs);
    log.error(
      { err: record, kind: record.kind, record: record.recordName },
      "a record of the store cannot be read and is left out",
    );
  }
}
