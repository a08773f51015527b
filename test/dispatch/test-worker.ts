import type {
  Dispatcher,
  HeldLease,
  SettlementAnswer,
  WorkerHello,
  WorkerLink,
  WorkerMessage,
  WorkerSession,
  WorkerSettlement,
  WorkerSubscription,
} from "../../server/src/dispatch/contract.ts";
import type { TaskError } from "../../server/src/domain/errors.ts";
import type { LeaseRef, SessionKey, TaskId, WorkerId } from "../../server/src/domain/ids.ts";
import type { LeasedTask } from "../../server/src/domain/task.ts";
import { QUEUE } from "../support/task-factory.ts";

type Message<Kind extends WorkerMessage["kind"]> = Extract<WorkerMessage, { kind: Kind }>;

/** How a {@link TestWorker} says hello. */
export interface TestWorkerOptions {
  readonly dispatcher?: Dispatcher;
  readonly workerId?: string;
  readonly subscriptions?: readonly WorkerSubscription[];
  readonly resume?: SessionKey;
  readonly held?: readonly LeaseRef[];
  readonly streamNumber?: number;
  readonly credit?: number;
}

/** A worker at the other end of a link, driven step by step. */
export class TestWorker implements WorkerLink {
  readonly messages: WorkerMessage[] = [];
  readonly #options: TestWorkerOptions;
  /** What `send` answers. */
  isWritable = true;
  /** How the dispatcher ended the stream; undefined while it lives. */
  endedWith: TaskError | null | undefined = undefined;
  #session: WorkerSession | null = null;
  #writable: () => void = () => {};
  #beats = 0;

  constructor(options: TestWorkerOptions = {}) {
    this.#options = options;
  }

  get isEnded(): boolean {
    return this.endedWith !== undefined;
  }

  /** The dispatcher's end of the stream. */
  get session(): WorkerSession {
    if (this.#session === null) {
      throw new Error("the worker is not connected");
    }
    return this.#session;
  }

  /** What proves that it has its session. */
  get key(): SessionKey {
    const [welcome] = this.got("welcome");
    if (welcome === undefined) {
      throw new Error("the worker was not welcomed");
    }
    return welcome.sessionKey;
  }

  async connect(dispatcher: Dispatcher): Promise<void> {
    const { workerId = "worker-1", subscriptions, resume, held = [], credit = 0 } = this.#options;
    const { streamNumber = 0 } = this.#options;
    const hello: WorkerHello = {
      workerId: workerId as WorkerId,
      resumeSession: resume ?? null,
      subscriptions: subscriptions ?? [{ queue: QUEUE, types: null }],
      held,
      labels: {},
      sdk: "test",
      streamNumber,
      concurrency: 0,
    };
    this.#session = await dispatcher.openSession(hello, this);
    if (credit > 0) {
      this.#session.addCredit(credit);
    }
  }

  send(message: WorkerMessage): boolean {
    this.messages.push(message);
    return this.isWritable;
  }

  end(error: TaskError | null): void {
    this.endedWith = error;
  }

  onWritable(listener: () => void): void {
    this.#writable = listener;
  }

  /** Reads what piled up. */
  unblock(): void {
    this.isWritable = true;
    this.#writable();
  }

  /** The messages of a kind, in order. */
  got<Kind extends WorkerMessage["kind"]>(kind: Kind): Message<Kind>[] {
    return this.messages.filter((message) => message.kind === kind) as Message<Kind>[];
  }

  /** Every task it was granted, in order. */
  get granted(): LeasedTask[] {
    return this.got("grant").flatMap(({ tasks }) => tasks);
  }

  get grantedIds(): TaskId[] {
    return this.granted.map(({ id }) => id);
  }

  /** The newest granted task. */
  get newest(): LeasedTask {
    const task = this.granted.at(-1);
    if (task === undefined) {
      throw new Error("the worker was granted nothing");
    }
    return task;
  }

  get answers(): SettlementAnswer[] {
    return this.got("settle_ack").flatMap(({ results }) => results);
  }

  /** Sends a heartbeat with the leases given, or with every one that has no answer. */
  beat(leases: readonly (LeaseRef | HeldLease)[] = this.unsettled()): number {
    this.#beats += 1;
    this.session.heartbeat(leases.map(toHeld), this.#beats);
    return this.#beats;
  }

  /** The leases, granted or held from before, whose settlement was not answered. */
  unsettled(): LeaseRef[] {
    const settled = new Set(this.answers.map(({ lease }) => lease.token));
    const all = [...(this.#options.held ?? []), ...this.granted.map(leaseOf)];
    return all.filter(({ token }) => !settled.has(token));
  }

  settle(...batch: readonly WorkerSettlement[]): void {
    this.session.settle(batch);
  }

  complete(...tasks: readonly LeasedTask[]): void {
    this.settle(...tasks.map((task) => completed(leaseOf(task))));
  }

  /** The stream breaks. */
  cut(): void {
    this.session.closed();
  }
}

/** The lease of a granted task. */
export function leaseOf(task: LeasedTask): LeaseRef {
  return { taskId: task.id, token: task.token };
}

/** A settlement that completes. */
export function completed(lease: LeaseRef): WorkerSettlement {
  const result = { value: Buffer.from("done"), contentType: "" };
  return { lease, outcome: { kind: "complete", result } };
}

/** A settlement that fails. */
export function failed(
  lease: LeaseRef,
  overrides: Partial<Extract<WorkerSettlement["outcome"], { kind: "fail" }>> = {},
): WorkerSettlement {
  const failure = { type: "Boom", message: "it went wrong", stack: "" };
  return {
    lease,
    outcome: { kind: "fail", failure, nonRetryable: false, retryAfterMs: null, ...overrides },
  };
}

/** A settlement that gives back. */
export function released(lease: LeaseRef, delayMs = 0): WorkerSettlement {
  return { lease, outcome: { kind: "release", delayMs } };
}

function toHeld(lease: LeaseRef | HeldLease): HeldLease {
  return "lease" in lease ? lease : { lease, progress: null, checkpoint: null };
}
