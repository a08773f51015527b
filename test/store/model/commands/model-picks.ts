import assert from "node:assert/strict";
import {
  type LeaseRef,
  newStreamId,
  type QueueName,
  type SessionId,
  type StreamId,
  type TaskId,
  type WorkerId,
} from "../../../../server/src/domain/ids.ts";
import type { TaskState } from "../../../../server/src/domain/task-state.ts";
import { newSessionId } from "../../../support/task-factory.ts";
import type { StoreModel } from "../model.ts";
import { type Pick, SESSIONS } from "./model-commands.ts";
import { QUEUE_NAMES } from "./model-recipes.ts";

/** A session as its worker knows it: its streams one after the other, and the leases that it was ever granted. */
export interface SessionSlot {
  readonly sessionId: SessionId;
  readonly workerId: WorkerId;
  readonly queue: QueueName;
  readonly isNumbered: boolean;
  readonly streams: StreamId[];
  readonly leases: LeaseRef[];
}

/** The tasks, leases and sessions of a run, of which its commands pick. */
export class ModelPicks {
  readonly #model: StoreModel;
  readonly #tasks: TaskId[] = [];
  readonly #leases: LeaseRef[] = [];
  /** The sessions that were granted the leases. */
  readonly #holders = new Map<LeaseRef, SessionId>();
  readonly #slots: readonly SessionSlot[] = Array.from({ length: SESSIONS }, (_, index) => ({
    sessionId: newSessionId(),
    workerId: `worker-${index}` as WorkerId,
    queue: QUEUE_NAMES[index === SESSIONS - 1 ? 1 : 0] as QueueName,
    isNumbered: index > 0,
    streams: [newStreamId()],
    leases: [],
  }));

  constructor(model: StoreModel) {
    this.#model = model;
  }

  /** Every task that was submitted, also those that are gone. */
  get tasks(): readonly TaskId[] {
    return this.#tasks;
  }

  /** Every lease that was granted, also those that are over. */
  get leases(): readonly LeaseRef[] {
    return this.#leases;
  }

  /** Adds a task, once. */
  addTask(id: TaskId): void {
    if (!this.#tasks.includes(id)) {
      this.#tasks.push(id);
    }
  }

  /** Adds a lease that a session was granted. */
  addLease(ref: LeaseRef, slot: SessionSlot): void {
    this.#leases.push(ref);
    this.#holders.set(ref, slot.sessionId);
    slot.leases.push(ref);
  }

  /** A task; those in this state are the apt ones. */
  task(pick: Pick, aptState: TaskState): TaskId | undefined {
    const apt = this.#tasks.filter((id) => this.#model.tasks.get(id)?.state === aptState);
    return choose(pick, this.#tasks, apt);
  }

  /** A lease; those that are live are the apt ones. */
  lease(pick: Pick): LeaseRef | undefined {
    const live = this.#leases.filter(
      (lease) => this.isNewest(lease) && this.#model.tasks.get(lease.taskId)?.state === "LEASED",
    );
    return choose(pick, this.#leases, live);
  }

  /** The session that has a lease, or another one. */
  speakerFor(lease: LeaseRef, isForged: boolean): SessionId {
    const holder = this.#holders.get(lease);
    const others = this.#slots.filter(({ sessionId }) => sessionId !== holder);
    return (isForged ? others[0]?.sessionId : holder) ?? assert.fail("nobody has the lease");
  }

  /** Whether a lease is its task's last. */
  isNewest({ taskId, token }: LeaseRef): boolean {
    return this.#model.tasks.get(taskId)?.token === token;
  }

  /** A session, by its number. */
  slot(index: number): SessionSlot {
    return this.#slots[index] ?? assert.fail(`no session ${index}`);
  }
}

/** How a session names itself, on its newest stream or on the one before. */
export function refer({ sessionId, queue, streams }: SessionSlot, isOld: boolean) {
  const streamId = streams.at(isOld ? -2 : -1) ?? streams[0] ?? assert.fail();
  return { sessionId, queue, streamId };
}

function choose<Item>(
  { isApt, back }: Pick,
  all: readonly Item[],
  apt: readonly Item[],
): Item | undefined {
  const from = isApt && apt.length > 0 ? apt : all;
  return from.at(-1 - (back % from.length));
}
