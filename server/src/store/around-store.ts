import { type LeaseRef, type QueueName, queueOfTask } from "../domain/ids.ts";
import { type Store, statsOfEach } from "./store.ts";

/** The calls of a store that ask it for something, by their names. */
export type StoreCall = Exclude<keyof Store, "idsOf" | "idsOfRequest" | "onHint" | "close">;

/** What is done around every call of a store; each of the two asks the store itself by `ask`. */
export interface Around {
  /** A call that is answered item by item; `ask` may be given some of the items alone. */
  batch<Item, Outcome>(
    call: StoreCall,
    items: readonly Item[],
    queueOf: (item: Item) => QueueName,
    ask: (items: readonly Item[]) => Promise<Outcome[]>,
  ): Promise<Outcome[]>;
  /** A call with one answer, for one queue; null where it is for none of its own. */
  one<Answer>(
    call: StoreCall,
    queue: QueueName | null,
    ask: () => Promise<Answer>,
  ): Promise<Answer>;
}

/** Returns a store with something done around every call. */
export function aroundStore(store: Store, around: Around): Store {
  return {
    submit: (batch) =>
      around.batch(
        "submit",
        batch,
        ({ spec }) => spec.queue,
        (items) => store.submit(items),
      ),
    idsOf: (batch) => store.idsOf(batch),
    idsOfRequest: (queue, requestId) => store.idsOfRequest(queue, requestId),
    lease: (request) => around.one("lease", request.queue, () => store.lease(request)),
    sessions: (queue) => around.one("sessions", queue, () => store.sessions(queue)),
    settle: (batch) => around.batch("settle", batch, queueOfLease, (items) => store.settle(items)),
    report: (batch) => around.batch("report", batch, queueOfLease, (items) => store.report(items)),
    openSession: (batch) =>
      around.batch("openSession", batch, queueOf, (items) => store.openSession(items)),
    renew: (batch) => around.batch("renew", batch, queueOf, (items) => store.renew(items)),
    workerQueues: () => around.one("workerQueues", null, () => store.workerQueues()),
    workers: (query) => around.one("workers", query.queue, () => store.workers(query)),
    drainSessions: (batch) =>
      around.batch("drainSessions", batch, queueOf, (items) => store.drainSessions(items)),
    sweep: (queue, limit) => around.one("sweep", queue, () => store.sweep(queue, limit)),
    cancel: (batch) =>
      around.batch(
        "cancel",
        batch,
        ({ taskId }) => queueOfTask(taskId),
        (items) => store.cancel(items),
      ),
    redrive: (batch, options) =>
      around.batch("redrive", batch, queueOfTask, (ids) => store.redrive(ids, options)),
    runNow: (batch, options) =>
      around.batch("runNow", batch, queueOfTask, (ids) => store.runNow(ids, options)),
    delete: (batch, options) =>
      around.batch("delete", batch, queueOfTask, (ids) => store.delete(ids, options)),
    get: (batch, options) =>
      around.batch("get", batch, queueOfTask, (ids) => store.get(ids, options)),
    list: (query) => around.one("list", query.queue, () => store.list(query)),
    queueNames: (usedWithinMs) =>
      around.one("queueNames", null, () => store.queueNames(usedWithinMs)),
    stats: async (queues) => {
      if (queues === undefined) {
        return around.one("stats", null, () => store.stats());
      }
      const ask = async (asked: readonly QueueName[]) =>
        statsOfEach(asked, await store.stats(asked));
      const answers = await around.batch("stats", queues, (queue) => queue, ask);
      return answers.filter((each) => each !== null);
    },
    countDeaths: (queues) =>
      around.batch(
        "countDeaths",
        queues,
        (queue) => queue,
        (asked) => store.countDeaths(asked),
      ),
    settings: (queues) =>
      around.batch(
        "settings",
        queues,
        (queue) => queue,
        (asked) => store.settings(asked),
      ),
    putSettings: (queue, settings, revision) =>
      around.one("putSettings", queue, () => store.putSettings(queue, settings, revision)),
    putKey: (queue, key, settings) =>
      around.one("putKey", queue, () => store.putKey(queue, key, settings)),
    keys: (query) => around.one("keys", query.queue, () => store.keys(query)),
    blockers: (id) => around.one("blockers", queueOfTask(id), () => store.blockers(id)),
    deleteQueue: (queue, purge) =>
      around.one("deleteQueue", queue, () => store.deleteQueue(queue, purge)),
    onHint: (listener) => store.onHint(listener),
    close: () => store.close(),
  };
}

function queueOf({ queue }: { readonly queue: QueueName }): QueueName {
  return queue;
}

function queueOfLease({ lease }: { readonly lease: LeaseRef }): QueueName {
  return queueOfTask(lease.taskId);
}
