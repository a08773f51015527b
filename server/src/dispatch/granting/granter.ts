import { beforeNextEvent, oncePerEvent, type Timer } from "@baton/proto/shared";
import type { QueueName, TaskId, TaskType } from "../../domain/ids.ts";
import type { LeaseSession } from "../session/session.ts";
import type { Storing } from "../submitting/submitter.ts";
import type { GranterOptions } from "./granter-options.ts";
import { type GranterOfQueues, QueueGranter } from "./queue-granter.ts";
import type { Takers } from "./subscribers.ts";

/** Hands READY tasks to the sessions that have credit for them. */
export class Granter implements GranterOfQueues {
  readonly #options: GranterOptions;
  readonly #queues = new Map<QueueName, QueueGranter>();
  readonly #woken = new Set<QueueGranter>();
  /** With a pass under way; also queues that no session here takes any more. */
  readonly #running = new Set<QueueGranter>();
  /** Everything that one event brings, tasks and credit, goes into one pass. */
  readonly #runSoon = oncePerEvent(() => this.#runWoken());
  #isStopped = false;
  #timer: Timer | null = null;

  constructor(options: GranterOptions) {
    this.#options = options;
  }

  /** Begins to look for tasks that no hint told of. */
  start(): void {
    const { clock, settings } = this.#options;
    this.#timer = clock.after(settings.pollIntervalMs, () => this.#poll());
  }

  /** Leases nothing any more; what calls under way bring is given back. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#timer = null;
    for (const queue of this.#queues.values()) {
      queue.stop();
    }
  }

  /** Whether nothing is granted any more. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Takes a session in, before it is opened in the store, so that no task of its queues is missed. */
  add(session: LeaseSession): void {
    for (const queueSession of session.queueSessions) {
      if (queueSession.isSubscribed) {
        let queue = this.#queues.get(queueSession.queue);
        if (queue === undefined) {
          queue = new QueueGranter(queueSession.queue, this, this.#options);
          this.#queues.set(queueSession.queue, queue);
        }
        queue.add(queueSession);
      }
    }
  }

  /** Begins to grant to a session that was opened, but for queues that were empty then. */
  begin(session: LeaseSession, empty: ReadonlySet<QueueName>): void {
    for (const queueSession of session.queueSessions) {
      if (empty.has(queueSession.queue)) {
        this.#queues.get(queueSession.queue)?.wasEmptyFor(queueSession);
      }
    }
    this.wakeFor(session);
  }

  /** Grants nothing to a session any more. */
  remove(session: LeaseSession): void {
    for (const queueSession of session.queueSessions) {
      const queue = this.#queues.get(queueSession.queue);
      if (queue?.remove(queueSession) === 0) {
        this.#queues.delete(queueSession.queue);
      }
    }
  }

  /** Says that a queue may have tasks that it did not have, so many of them known. */
  wake(name: QueueName, tasks = 0): void {
    const queue = this.#queues.get(name);
    if (queue !== undefined) {
      queue.mayHaveTasks(tasks);
      this.#wake(queue);
    }
  }

  /**
   * Says that READY tasks of a queue are just being sent to the store. Where somebody waits for them, a
   * lease call goes right behind them: their way to a worker is shorter by the store's answer.
   */
  expect(name: QueueName, ids: readonly TaskId[]): Storing {
    const queue = this.#queues.get(name);
    const early = queue?.expect(ids) ?? null;
    if (queue === undefined || early === null) {
      return { stored: () => this.wake(name, ids.length), failed: () => {} };
    }
    if (!this.#isStopped) {
      beforeNextEvent(() => queue.wake());
    }
    return {
      stored: (outcomes) => {
        if (queue.stored(early, outcomes)) {
          this.#wake(queue);
        }
      },
      failed: () => queue.unexpect(early),
    };
  }

  /** Whether tasks of a queue that are expected may be on their way into the store. */
  isExpecting(name: QueueName): boolean {
    return this.#queues.get(name)?.isExpecting ?? false;
  }

  /** Says that a session may take tasks. Of the queues that wait for its credit, one after the other. */
  wakeFor(session: LeaseSession): void {
    for (const queueSession of session.queueSessions) {
      const queue = this.#queues.get(queueSession.queue);
      if (
        queue !== undefined &&
        !session.credit.isWaiting(queueSession) &&
        queue.mayHaveTasksFor(queueSession)
      ) {
        this.#wake(queue);
      }
    }
    this.wakeNext(session);
  }

  /** Wakes the queue whose turn it is to spend a session's credit, if some is open. */
  wakeNext({ credit: { next } }: LeaseSession): void {
    const queue = next === null ? undefined : this.#queues.get(next.queue);
    if (queue !== undefined) {
      this.#wake(queue);
    }
  }

  /** Ends the wait for a store that failed: it answers again. */
  goOn(): void {
    for (const name of this.#queues.keys()) {
      this.goOnWith(name);
    }
  }

  /** Ends the wait for one queue. */
  goOnWith(name: QueueName): void {
    const queue = this.#queues.get(name);
    if (queue !== undefined) {
      queue.goOn();
      this.#wake(queue);
    }
  }

  /** Counts who could run a task. */
  takers(name: QueueName, type: TaskType): Takers {
    return this.#queues.get(name)?.takers(type) ?? { sessions: 0, withCredit: 0 };
  }

  /** Notes that a pass of a queue begins. */
  passBegins(queue: QueueGranter): void {
    this.#running.add(queue);
  }

  /** Notes that no pass of a queue is under way. */
  passEnds(queue: QueueGranter): void {
    this.#running.delete(queue);
  }

  /** Resolves once no lease call is under way: what they brought is granted or on its way back. */
  async idle(): Promise<void> {
    for (const queue of this.#running) {
      await queue.idle();
    }
  }

  #wake(queue: QueueGranter): void {
    if (this.#isStopped) {
      return;
    }
    this.#woken.add(queue);
    this.#runSoon();
  }

  #runWoken(): void {
    const woken = [...this.#woken];
    this.#woken.clear();
    for (const queue of woken) {
      queue.wake();
    }
  }

  #poll(): void {
    this.start();
    const { maxPolledQueues } = this.#options.settings;
    for (const [name, queue] of [...this.#queues].slice(0, maxPolledQueues)) {
      // Moved to the end: who was polled longest ago comes first.
      this.#queues.delete(name);
      this.#queues.set(name, queue);
      if (queue.hasCreditWaiting()) {
        queue.mayHaveTasks();
        this.#wake(queue);
      }
    }
  }
}
