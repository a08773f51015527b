import type { Clock } from "@baton/proto/shared";
import { drainingError } from "../domain/errors.ts";
import { type QueueName, type SessionKey, sessionIdOf, type TaskId } from "../domain/ids.ts";
import type { Due, Task } from "../domain/task.ts";
import { aroundStore } from "../store/around-store.ts";
import type {
  ListPage,
  ListQuery,
  NewTask,
  QueueStats,
  Store,
  StoreHint,
  SweepReport,
} from "../store/store.ts";
import type {
  Dispatcher,
  DispatcherLoad,
  Explanation,
  SettlementAnswer,
  SubmitAnswer,
  TaskFollower,
  WorkerHello,
  WorkerLink,
  WorkerSession,
  WorkerSettlement,
} from "./contract.ts";
import { Granter } from "./granting/granter.ts";
import type { DispatchLog } from "./log.ts";
import { Operations } from "./operating/operations.ts";
import { QueueOperations } from "./operating/queue-operations.ts";
import { WorkerOperations } from "./operating/worker-operations.ts";
import type { QueueControl } from "./queue-control.ts";
import { Renewer } from "./session/renewer.ts";
import { Reopener } from "./session/reopener.ts";
import { type DispatchSettings, dispatchSettings } from "./settings.ts";
import { Settler } from "./settling/settler.ts";
import { ObservedCalls } from "./store-calls/observed-calls.ts";
import { StoreHealth } from "./store-calls/store-health.ts";
import { UndecodableLog, type UndecodableLogOptions } from "./store-calls/undecodable-log.ts";
import { QueueDefaults } from "./submitting/queue-defaults.ts";
import { Repeats } from "./submitting/repeats.ts";
import { type Storing, Submitter } from "./submitting/submitter.ts";
import { Sweeper } from "./sweeping/sweeper.ts";
import { WatchHub } from "./watching/watch-hub.ts";
import { awaitFinal, watchTask } from "./watching/watching.ts";
import type { WorkerControl } from "./worker-control.ts";
import { Heartbeats } from "./workers/heartbeats.ts";
import { Sessions } from "./workers/sessions.ts";

/** What a dispatcher is made of. */
export interface DispatcherOptions {
  /** Closed by whoever opened it, after {@link Dispatcher.stop}. */
  readonly store: Store;
  readonly clock: Clock;
  /** From 0 (included) to 1 (excluded); spreads retries. */
  readonly random: () => number;
  readonly log: DispatchLog;
  readonly settings?: Partial<DispatchSettings>;
  /** What operators know it by, where workers are listed; at most 256 bytes. Default: empty. */
  readonly name?: string;
  /** Counts a task that was left out since it could not be read. */
  readonly onUndecodable?: UndecodableLogOptions["onUndecodable"];
  /** For tests: told of each sweep once its consequences are stored. */
  readonly onSwept?: (queue: QueueName, report: SweepReport) => void;
}

/** Makes a dispatcher; nothing happens in the background before its `start`. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  return new StoreDispatcher(options);
}

/** Puts the parts together; each of them does one duty. */
class StoreDispatcher implements Dispatcher {
  readonly queues: QueueControl;
  readonly workers: WorkerControl;
  readonly #clock: Clock;
  readonly #log: DispatchLog;
  readonly #health: StoreHealth;
  readonly #store: Store;
  readonly #storeCalls: ObservedCalls;
  readonly #submitter: Submitter;
  readonly #repeats: Repeats;
  readonly #settler: Settler;
  readonly #renewer: Renewer;
  readonly #granter: Granter;
  readonly #heartbeats: Heartbeats;
  readonly #sweeper: Sweeper;
  readonly #sessions: Sessions;
  readonly #watchHub: WatchHub;
  readonly #operations: Operations;
  #unhint: () => void = () => {};
  #drained: Promise<void> | null = null;
  #isStopped = false;

  constructor(options: DispatcherOptions) {
    const { clock, random, log } = options;
    const settings = dispatchSettings(options.settings ?? {});
    const onReady = (queue: QueueName): void => this.#granter.wake(queue);
    const onScheduled = (queue: QueueName, delayMs: number): void =>
      this.#sweeper.touch(queue, delayMs);
    this.#clock = clock;
    this.#log = log;
    this.#health = new StoreHealth({
      store: options.store,
      clock,
      random,
      log,
      settings,
      onRecovered: () => {
        this.#sessions.agreeAnew();
        this.#granter.goOn();
      },
      onQueueRecovered: (queue) => {
        this.#sessions.agreeAnewOn(queue);
        this.#granter.goOnWith(queue);
      },
    });
    this.#storeCalls = new ObservedCalls(this.#health);
    this.#store = aroundStore(options.store, this.#storeCalls);
    const shared = { store: this.#store, clock, random, log, settings };
    const defaults = new QueueDefaults(shared);
    this.#submitter = new Submitter({
      ...shared,
      defaults,
      onStoring: (queue, tasks) => this.#storing(queue, tasks),
    });
    this.#repeats = new Repeats(shared);
    this.#settler = new Settler({
      ...shared,
      onSettling: (batch) => this.#watchHub.settling(batch),
      onReady,
      onScheduled,
    });
    this.#sweeper = new Sweeper({
      ...shared,
      onReady,
      ...(options.onSwept === undefined ? {} : { onSwept: options.onSwept }),
    });
    this.#renewer = new Renewer({
      ...shared,
      onSuperseded: (session) => this.#sessions.supersede(session),
      onCut: onScheduled,
    });
    const reopener = new Reopener({
      ...shared,
      onSuperseded: (session) => this.#sessions.supersede(session),
      onOver: (queueSession) => this.#renewer.cutAgain(queueSession),
      onReady,
    });
    this.#granter = new Granter({
      ...shared,
      undecodable: new UndecodableLog(options),
      settler: this.#settler,
      reopener,
      onSuperseded: (session) => this.#sessions.supersede(session),
      onLeased: onScheduled,
    });
    this.#heartbeats = new Heartbeats({
      ...shared,
      renewer: this.#renewer,
      reopener,
      settler: this.#settler,
      onReopened: ({ session }) => this.#granter.wakeFor(session),
    });
    this.#sessions = new Sessions({
      ...shared,
      name: options.name ?? "",
      granter: this.#granter,
      heartbeats: this.#heartbeats,
      renewer: this.#renewer,
      reopener,
      settler: this.#settler,
    });
    this.#watchHub = new WatchHub({ ...shared, stageOf: (id) => this.#sessions.stageOf(id) });
    this.#operations = new Operations({ ...shared, granter: this.#granter });
    this.workers = new WorkerOperations(shared);
    this.queues = new QueueOperations({
      ...shared,
      onSettings: (queue) => {
        defaults.forget(queue);
        onReady(queue);
        // A sweep lets in what other settings let go.
        onScheduled(queue, 0);
      },
    });
  }

  submit(batch: readonly NewTask[], done: (answer: SubmitAnswer) => void): void {
    // Not once a drain begins: what came on a connection that is being left is answered there.
    if (this.#isStopped) {
      done(drainingError());
    } else {
      this.#submitter.submit(batch, (answer) => this.#repeats.compare(batch, answer, done));
    }
  }

  submitOwn(batch: readonly NewTask[], done: (answer: SubmitAnswer) => void): void {
    if (this.#isStopped) {
      done(drainingError());
    } else {
      this.#submitter.submit(batch, done);
    }
  }

  openSession(hello: WorkerHello, link: WorkerLink): Promise<WorkerSession> {
    return this.#sessions.open(hello, link);
  }

  settle(key: SessionKey, batch: readonly WorkerSettlement[]): Promise<SettlementAnswer[]> {
    return this.#settler.settleAll(sessionIdOf(key), batch);
  }

  get(id: TaskId, options?: { readonly history?: boolean }): Promise<Task> {
    return this.#operations.get(id, options);
  }

  getByRequestId(
    queue: QueueName,
    requestId: string,
    options?: { readonly history?: boolean },
  ): Promise<Task> {
    return this.#operations.getByRequestId(queue, requestId, options);
  }

  list(query: ListQuery): Promise<ListPage> {
    return this.#operations.list(query);
  }

  awaitFinal(id: TaskId, signal: AbortSignal): Promise<Task> {
    return awaitFinal(this.#watchHub, id, signal);
  }

  follow(id: TaskId, follower: TaskFollower): () => void {
    return this.#watchHub.follow(id, follower);
  }

  watch(id: TaskId, signal: AbortSignal): AsyncIterable<Task> {
    return watchTask(this.#watchHub, id, signal);
  }

  cancel(id: TaskId, reason: string): Promise<Task> {
    return this.#operations.cancel(id, reason);
  }

  redrive(id: TaskId): Promise<Task> {
    return this.#operations.redrive(id);
  }

  runNow(id: TaskId): Promise<Task> {
    return this.#operations.runNow(id);
  }

  delete(id: TaskId): Promise<void> {
    return this.#operations.delete(id);
  }

  explain(id: TaskId): Promise<Explanation> {
    return this.#operations.explain(id);
  }

  stats(queues?: readonly QueueName[]): Promise<QueueStats[]> {
    return this.#operations.stats(queues);
  }

  isReady(): boolean {
    return this.#drained === null && this.#health.isReady;
  }

  load(): DispatcherLoad {
    return { ...this.#sessions.load(), queuesAway: this.#health.queuesAway };
  }

  start(): Promise<void> {
    this.#unhint = this.#store.onHint((hint) => this.#hint(hint));
    const answered = this.#health.start();
    this.#granter.start();
    this.#sweeper.start();
    return answered;
  }

  drain(graceMs: number): Promise<void> {
    this.#drained ??= this.#drain(graceMs);
    return this.#drained;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#unhint();
    this.#granter.stop();
    this.#sweeper.stop();
    this.#health.stop();
    this.#sessions.endAll();
    this.#watchHub.end(drainingError());
    await this.#answered();
    await this.#sweeper.idle();
    await this.#storeCalls.idle();
  }

  async #drain(graceMs: number): Promise<void> {
    this.#granter.stop();
    const { sessions } = this.#sessions.load();
    this.#sessions.beginDrain(graceMs);
    await this.#emptyWithin(graceMs);
    const remaining = this.#sessions.load().sessions;
    const fields = { sessions, moved: sessions - remaining, remaining };
    if (sessions > 0) {
      this.#log.info(fields, "workers were told to move");
    }
    this.#sessions.endAll();
    await this.#answered();
    this.#watchHub.end(drainingError());
  }

  async #emptyWithin(graceMs: number): Promise<void> {
    let timer = { cancel: (): void => {} };
    const passed = new Promise<void>((resolve) => {
      timer = this.#clock.after(graceMs, resolve);
    });
    await Promise.race([this.#sessions.empty(), passed]);
    timer.cancel();
  }

  /** Resolves once what workers and submitters asked for is answered, and no grant is on its way. */
  async #answered(): Promise<void> {
    await this.#granter.idle();
    await this.#submitter.idle();
    await this.#repeats.idle();
    await this.#heartbeats.idle();
    await this.#settler.idle();
    await this.#renewer.idle();
  }

  #hint(hint: StoreHint): void {
    switch (hint.kind) {
      case "ready":
        if (!hint.isOwn || !this.#granter.isExpecting(hint.queue)) {
          this.#granter.wake(hint.queue);
        }
        break;
      case "session": {
        const session = this.#sessions.find(hint.sessionId);
        if (session !== null) {
          this.#renewer.refresh(session);
        }
        break;
      }
      case "tasks":
        this.#watchHub.hint(hint.taskIds);
        break;
    }
  }

  #storing(queue: QueueName, tasks: readonly NewTask[]): Storing {
    const nowMs = this.#clock.nowMs();
    const ready: TaskId[] = [];
    let soonestMs = Number.POSITIVE_INFINITY;
    for (const { id, spec } of tasks) {
      const dueInMs = delayUntil(spec.due, nowMs);
      if (dueInMs === 0) {
        ready.push(id);
      } else {
        soonestMs = Math.min(soonestMs, dueInMs);
      }
      if (spec.startDeadlineMs !== null) {
        soonestMs = Math.min(soonestMs, dueInMs + spec.startDeadlineMs);
      }
    }
    const expected = ready.length > 0 ? this.#granter.expect(queue, ready) : null;
    return {
      stored: (outcomes) => {
        expected?.stored(ready.length === tasks.length ? outcomes : undefined);
        this.#sweeper.touch(queue, soonestMs);
      },
      failed: () => expected?.failed(),
    };
  }
}

function delayUntil(due: Due, nowMs: number): number {
  switch (due.kind) {
    case "now":
      return 0;
    case "after":
      return due.delayMs;
    case "at":
      return Math.max(0, due.atMs - nowMs);
  }
}
