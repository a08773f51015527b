import type { Clock } from "@baton/proto/shared";
import type { DispatchLog } from "../../dispatch/log.ts";
import type { UndecodableLog } from "../../dispatch/store-calls/undecodable-log.ts";
import type { Operation } from "../../domain/operations/operation.ts";
import {
  batchOf,
  carriedOut,
  isCut,
  isUnderWay,
  OPERATION_RECOVERY_MS,
  planned,
} from "../../domain/operations/operation-step.ts";
import { SOME, type Swept } from "../sweep-loop.ts";
import { type MovingStore, moveTasks } from "./operation-carrier.ts";
import type { OperationRecords, VersionedOperation } from "./operation-records.ts";
import type { TaskSearch } from "./task-search.ts";

/** What an {@link OperationSweeper} needs. */
export interface OperationSweeperOptions {
  readonly records: OperationRecords;
  readonly search: TaskSearch;
  readonly store: MovingStore;
  readonly undecodable: UndecodableLog;
  readonly clock: Clock;
  readonly log: DispatchLog;
}

/** A round is over soon, so that none of its operations is hidden for longer than it takes. */
const OPERATIONS_A_ROUND = 4;

/** Takes operations on, a batch of tasks at a time. */
export class OperationSweeper {
  readonly #options: OperationSweeperOptions;

  constructor(options: OperationSweeperOptions) {
    this.#options = options;
  }

  /** Takes some of the operations that are due on by a batch each. */
  async sweep(): Promise<Swept> {
    const { records, undecodable, log } = this.#options;
    const found = await records.takeDue(OPERATIONS_A_ROUND);
    if (found.due.length === 0) {
      return found.nextInMs;
    }
    const due = undecodable.readable(found.due);
    const passes = due.map((each) => this.#pass(each, found.nowMs));
    for (const pass of await Promise.allSettled(passes)) {
      if (pass.status === "rejected") {
        // It comes back when it is not hidden any more.
        log.debug({ err: pass.reason }, "an operation is left to a later sweep");
      }
    }
    return SOME;
  }

  /** Decides which tasks are next and writes that down, moves them, and writes down what came of it. */
  async #pass(found: VersionedOperation, nowMs: number): Promise<void> {
    const { records, store, clock } = this.#options;
    if (!isUnderWay(found.operation)) {
      await records.remove(found);
      return;
    }
    const beganMs = clock.monotonicMs();
    // Who wrote the plan down may have carried out any part of it.
    const isFound = found.operation.plan !== null;
    const written = isFound ? found : await this.#plan(found, nowMs);
    if (written === null || written.operation.plan === null) {
      return;
    }
    const { operation, version } = written;
    const isRepeat = () => isFound || clock.monotonicMs() - beganMs > OPERATION_RECOVERY_MS / 2;
    const results = await moveTasks(store, operation, isRepeat);
    await this.#write({ version, operation: carriedOut(operation, results, nowMs) });
  }

  async #plan(
    { version, operation }: VersionedOperation,
    nowMs: number,
  ): Promise<VersionedOperation | null> {
    const tasks = await this.#options.search.next(operation, batchOf(operation));
    return this.#write({ version, operation: planned(operation, tasks, nowMs) });
  }

  async #write({ version, operation }: VersionedOperation): Promise<VersionedOperation | null> {
    const written = await this.#options.records.write({ version, operation });
    if (written !== null && !isUnderWay(operation)) {
      this.#options.log.info(fieldsOf(operation), "an operation is over");
    }
    return written === null ? null : { version: written, operation };
  }
}

/** What the log says of an operation: nothing that users send but names. */
export function fieldsOf(operation: Operation): object {
  const { id, definition, status, done, skipped, failed } = operation;
  const { kind, target } = definition;
  return {
    operation: id,
    kind,
    ...(target.kind === "filter" && { queue: target.filter.queue }),
    status,
    done,
    skipped,
    failed,
    cut: isCut(operation),
  };
}
