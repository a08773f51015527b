import type { Operation } from "../../domain/operations/operation.ts";
import { decodeOperation, encodeOperation } from "../../domain/operations/operation-codec.ts";
import {
  isUnderWay,
  OPERATION_RECOVERY_MS,
  OPERATION_RETENTION_MS,
} from "../../domain/operations/operation-step.ts";
import { Undecodable } from "../../domain/undecodable.ts";
import { COLLECTIONS, type Document, type Documents } from "../../store/documents.ts";

/** An operation with the version of its document. */
export interface VersionedOperation {
  readonly version: number;
  readonly operation: Operation;
}

const { operations } = COLLECTIONS;
const DOCUMENTS_A_PAGE = 100;

/** Reads and writes operations as documents. */
export class OperationRecords {
  readonly #documents: Documents;

  constructor(documents: Documents) {
    this.#documents = documents;
  }

  /** The store's time. */
  nowMs(): Promise<number> {
    return this.#documents.nowMs();
  }

  /** Finds an operation; rejects with {@link Undecodable} where it cannot be read. */
  async find(id: string): Promise<VersionedOperation | null> {
    const [document] = await this.#documents.get(operations, [id]);
    const found = document ? versionedOf(document) : null;
    if (found instanceof Undecodable) {
      throw found;
    }
    return found;
  }

  /** Returns every operation. */
  async all(): Promise<(VersionedOperation | Undecodable)[]> {
    const found: (VersionedOperation | Undecodable)[] = [];
    let after: string | null = null;
    for (;;) {
      const page: Document[] = await this.#documents.list(operations, after, DOCUMENTS_A_PAGE);
      const last = page.at(-1);
      if (last === undefined) {
        return found;
      }
      found.push(...page.map(versionedOf));
      after = last.name;
    }
  }

  /** Takes operations that are due, and hides them from other dispatchers for a while. */
  async takeDue(limit: number): Promise<{
    due: (VersionedOperation | Undecodable)[];
    nowMs: number;
    nextInMs: number | null;
  }> {
    const { documents, nowMs, nextInMs } = await this.#documents.due(
      operations,
      limit,
      OPERATION_RECOVERY_MS,
    );
    return { due: documents.map(versionedOf), nowMs, nextInMs };
  }

  /**
   * Writes an operation whose document has the version given, 0 for none, to be looked at when it wants to be.
   *
   * @returns its version now; null where another had changed it
   */
  async write({ version, operation }: VersionedOperation): Promise<number | null> {
    const [outcome] = await this.#documents.put(operations, [
      {
        name: operation.id,
        body: encodeOperation(operation),
        due: dueOf(operation),
        expectedVersion: version,
        // An operation may be what empties a store that is full.
        isSmall: true,
      },
    ]);
    return outcome?.kind === "ok" ? outcome.version : null;
  }

  /** Forgets an operation at a version. */
  async remove({ version, operation }: VersionedOperation): Promise<void> {
    await this.#documents.remove(operations, [{ name: operation.id, expectedVersion: version }]);
  }
}

/** A plan that was just written is carried out by who wrote it, else by another dispatcher. */
function dueOf(operation: Operation) {
  if (!isUnderWay(operation)) {
    return { kind: "after", delayMs: OPERATION_RETENTION_MS } as const;
  }
  const isJustPlanned = operation.status === "RUNNING" && operation.plan?.tries === 0;
  return isJustPlanned
    ? ({ kind: "after", delayMs: OPERATION_RECOVERY_MS } as const)
    : ({ kind: "at", atMs: Math.ceil(operation.nextAtMs) } as const);
}

function versionedOf({ name, version, body }: Document): VersionedOperation | Undecodable {
  try {
    const operation = decodeOperation(body);
    return operation.id === name
      ? { version, operation }
      : new Undecodable("operation", name, version, new Error("it has another id"));
  } catch (error) {
    return new Undecodable("operation", name, version, error);
  }
}
