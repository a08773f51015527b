import { UndecodableLog } from "../../dispatch/store-calls/undecodable-log.ts";
import { TaskError } from "../../domain/errors.ts";
import { operationFingerprint, operationIdOf, type TaskId } from "../../domain/ids.ts";
import type { Operation, OperationDefinition } from "../../domain/operations/operation.ts";
import { begunOperation, isUnderWay, stopped } from "../../domain/operations/operation-step.ts";
import { isReadable, type Undecodable } from "../../domain/undecodable.ts";
import type { Store } from "../../store/store.ts";
import { type AutomationParts, asked, RETRY_AFTER_MS } from "../automation.ts";
import { SweepLoop } from "../sweep-loop.ts";
import type { OperationPreview, Operations } from "./contract.ts";
import { OperationRecords, type VersionedOperation } from "./operation-records.ts";
import { fieldsOf, OperationSweeper } from "./operation-sweeper.ts";
import { TaskSearch } from "./task-search.ts";

/** What operations are made of. */
export interface OperationsParts extends AutomationParts {
  readonly store: Pick<Store, "list" | "get" | "redrive" | "delete" | "runNow" | "cancel">;
}

/** How many operations are kept, and how many of them are under way, at most. */
const MAX_KEPT = 1_000;
const MAX_UNDER_WAY = 100;
const MAX_TRIES = 50;
const SAMPLE_TASKS = 20;
/** A preview looks for so long, which is less than a call may take. */
const PREVIEW_MS = 4_000;
const PREVIEW_TASKS_A_PAGE = 500;

/** Makes the operations of a dispatcher. */
export function createOperations(parts: OperationsParts): Operations {
  return new BatonOperations(parts);
}

class BatonOperations implements Operations {
  readonly #parts: OperationsParts;
  readonly #records: OperationRecords;
  readonly #search: TaskSearch;
  readonly #loop: SweepLoop;

  constructor(parts: OperationsParts) {
    const { documents, store, clock, log } = parts;
    this.#parts = parts;
    this.#records = new OperationRecords(documents);
    this.#search = new TaskSearch(store);
    const sweeper = new OperationSweeper({
      records: this.#records,
      search: this.#search,
      store,
      undecodable: new UndecodableLog(parts),
      clock,
      log,
    });
    this.#loop = new SweepLoop(parts, () => sweeper.sweep());
  }

  begin(): void {
    this.#loop.start();
  }

  end(): Promise<void> {
    return this.#loop.stop();
  }

  start(definition: OperationDefinition, startedBy: string): Promise<Operation> {
    return asked(async () => {
      const id = operationIdOf(definition.requestId);
      const fingerprint = operationFingerprint(definition);
      const known = await this.#records.find(id);
      if (known !== null) {
        return sameAs(known.operation, fingerprint);
      }
      await this.#makeRoom();
      const startedAtMs = await this.#records.nowMs();
      const operation = begunOperation(definition, { id, fingerprint, startedBy, startedAtMs });
      if ((await this.#records.write({ version: 0, operation })) === null) {
        return sameAs((await this.#find(id)).operation, fingerprint);
      }
      this.#parts.log.info(fieldsOf(operation), "an operation was started");
      this.#loop.wakeIn(0);
      return operation;
    });
  }

  preview(definition: OperationDefinition): Promise<OperationPreview> {
    return asked(async () => {
      const { clock } = this.#parts;
      const endMs = clock.monotonicMs() + PREVIEW_MS;
      const startedAtMs = await this.#records.nowMs();
      const facts = { id: "", fingerprint: "", startedBy: "", startedAtMs };
      let operation = begunOperation(definition, facts);
      const sample: TaskId[] = [];
      let tasks = 0;
      while (!operation.isRead && tasks < definition.maxTasks && clock.monotonicMs() < endMs) {
        const limit = Math.min(PREVIEW_TASKS_A_PAGE, definition.maxTasks - tasks);
        const found = await this.#search.next(operation, limit);
        const ids =
          definition.target.kind === "ids"
            ? await this.#search.movable(operation, found.ids)
            : found.ids;
        tasks += ids.length;
        sample.push(...ids.slice(0, SAMPLE_TASKS - sample.length));
        operation = { ...operation, cursor: found.cursor, at: found.at, isRead: found.isRead };
      }
      return { tasks, sample, isComplete: operation.isRead };
    });
  }

  get(id: string): Promise<Operation> {
    return asked(async () => (await this.#find(id)).operation);
  }

  list(): Promise<(Operation | Undecodable)[]> {
    return asked(async () => {
      const all = await this.#records.all();
      const readable = all.filter(isReadable).map(({ operation }) => operation);
      readable.sort((a, b) => b.startedAtMs - a.startedAtMs || (a.id < b.id ? -1 : 1));
      return [...readable, ...all.filter((each) => !isReadable(each))] as (
        | Operation
        | Undecodable
      )[];
    });
  }

  stop(id: string): Promise<Operation> {
    return asked(async () => {
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const { version, operation } = await this.#find(id);
        const next = stopped(operation, await this.#records.nowMs());
        if (next === operation || (await this.#records.write({ version, operation: next }))) {
          this.#loop.wakeIn(0);
          return next;
        }
      }
      throw new TaskError("OUTCOME_UNKNOWN", "the operation changes too often; repeat the call", {
        retryAfterMs: RETRY_AFTER_MS,
      });
    });
  }

  async #find(id: string): Promise<VersionedOperation> {
    const found = await this.#records.find(id);
    if (found === null) {
      throw new TaskError("OPERATION_NOT_FOUND", "there is no such operation");
    }
    return found;
  }

  /** Forgets the oldest that is over where as many are kept as may be. */
  async #makeRoom(): Promise<void> {
    const kept = (await this.#records.all()).filter(isReadable);
    const over = kept.filter(({ operation }) => !isUnderWay(operation));
    if (kept.length - over.length >= MAX_UNDER_WAY) {
      throw new TaskError("OPERATIONS_FULL", "too many operations are under way", {
        retryAfterMs: RETRY_AFTER_MS,
        metadata: { limit: String(MAX_UNDER_WAY) },
      });
    }
    over.sort((a, b) => (a.operation.endedAtMs ?? 0) - (b.operation.endedAtMs ?? 0));
    for (const each of over.slice(0, Math.max(0, kept.length + 1 - MAX_KEPT))) {
      await this.#records.remove(each);
    }
  }
}

function sameAs(operation: Operation, fingerprint: string): Operation {
  if (operation.fingerprint !== fingerprint) {
    throw new TaskError(
      "OPERATION_ID_REUSED",
      "the request id belongs to another operation; repeat that as it was, or use another request id",
      { metadata: { operation_id: operation.id } },
    );
  }
  return operation;
}
