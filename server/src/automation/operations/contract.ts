import type { TaskId } from "../../domain/ids.ts";
import type { Operation, OperationDefinition } from "../../domain/operations/operation.ts";
import type { Undecodable } from "../../domain/undecodable.ts";

/** What an operation would do. */
export interface OperationPreview {
  /** How many tasks it would be about, `maxTasks` at most. */
  readonly tasks: number;
  /** Some of them, in the order in which they would be moved. */
  readonly sample: readonly TaskId[];
  /** Whether every task was looked at; else there may be more. */
  readonly isComplete: boolean;
}

/** What the transport asks of operations on many tasks. Inputs were checked; every rejection is a `TaskError`. */
export interface Operations {
  /**
   * Stores an operation and answers once it is durable; it goes on by itself, at whichever dispatcher. The same
   * request id returns the first operation, for as long as that is kept; rejects with OPERATION_ID_REUSED where it
   * is another one, and with OPERATIONS_FULL where too many are under way.
   *
   * @param startedBy the address of who asks
   */
  start(definition: OperationDefinition, startedBy: string): Promise<Operation>;

  /** Says what an operation would do, and changes nothing. */
  preview(definition: OperationDefinition): Promise<OperationPreview>;

  /** Returns an operation; rejects with OPERATION_NOT_FOUND or RECORD_UNDECODABLE. */
  get(id: string): Promise<Operation>;

  /** Returns every operation that is kept, the newest first, those that cannot be read last. */
  list(): Promise<(Operation | Undecodable)[]>;

  /** Has an operation end, once the tasks under way are done; rejects with OPERATION_NOT_FOUND. */
  stop(id: string): Promise<Operation>;

  /** Begins to carry operations out. */
  begin(): void;

  /** Ends that; resolves once nothing is under way. */
  end(): Promise<void>;
}
