import { type Store, StoreError, type StoreHint } from "../../server/src/store/store.ts";
import type { SeededRandom } from "../support/seeded-random.ts";
import type { SimProcess } from "./sim-time.ts";

/** How a store treats its callers, each from 0 (never) to 1 (always). */
export interface StoreFaults {
  /** The call never reaches the store. */
  refuse: number;
  /** The call takes effect and its answer is lost. */
  loseAnswer: number;
  /** The call waits for a long time before it takes effect. */
  stall: number;
  loseHint: number;
}

/** A store without faults. */
export const NO_STORE_FAULTS: StoreFaults = { refuse: 0, loseAnswer: 0, stall: 0, loseHint: 0 };

/**
 * One process's connection to a store that several share: every call is on its way for a while, both
 * ways, so that the process can die before it, between it and its answer, or after.
 *
 * @param onBroken told what the store itself threw, which here it has no reason to
 */
export function connectTo(
  store: Store,
  process: SimProcess,
  random: SeededRandom,
  faults: StoreFaults,
  onBroken: (error: unknown) => void,
): Store {
  const call = <Answer>(act: () => Promise<Answer>): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const isRefused = random.chance(faults.refuse);
      const isAnswerLost = random.chance(faults.loseAnswer);
      const wayMs = random.chance(faults.stall) ? random.between(200, 6_000) : random.between(0, 3);
      process.after(wayMs, () => {
        if (isRefused) {
          reject(new StoreError("unavailable", "the simulated store is out of reach"));
          return;
        }
        act().then(
          (answer) => {
            const backMs = isAnswerLost ? random.between(0, 2_000) : random.between(0, 3);
            process.after(backMs, () => {
              if (isAnswerLost) {
                reject(new StoreError("unknown", "the simulated answer was lost"));
              } else {
                resolve(answer);
              }
            });
          },
          (error: unknown) => {
            onBroken(error);
            process.after(0, () => reject(error));
          },
        );
      });
    });
  return {
    submit: (batch) => call(() => store.submit(batch)),
    idsOf: (batch) => store.idsOf(batch),
    idsOfRequest: (queue, requestId) => store.idsOfRequest(queue, requestId),
    lease: (request) => call(() => store.lease(request)),
    settle: (batch) => call(() => store.settle(batch)),
    report: (batch) => call(() => store.report(batch)),
    openSession: (batch) => call(() => store.openSession(batch)),
    renew: (batch) => call(() => store.renew(batch)),
    sweep: (queue, limit) => call(() => store.sweep(queue, limit)),
    cancel: (batch) => call(() => store.cancel(batch)),
    redrive: (batch, options) => call(() => store.redrive(batch, options)),
    runNow: (batch, options) => call(() => store.runNow(batch, options)),
    delete: (batch, options) => call(() => store.delete(batch, options)),
    get: (batch, options) => call(() => store.get(batch, options)),
    list: (query) => call(() => store.list(query)),
    queueNames: (usedWithinMs) => call(() => store.queueNames(usedWithinMs)),
    stats: (queues) => call(() => store.stats(queues)),
    countDeaths: (queues) => call(() => store.countDeaths(queues)),
    workerQueues: () => call(() => store.workerQueues()),
    workers: (query) => call(() => store.workers(query)),
    drainSessions: (batch) => call(() => store.drainSessions(batch)),
    sessions: (queue) => call(() => store.sessions(queue)),
    settings: (queues) => call(() => store.settings(queues)),
    putSettings: (queue, settings, revision) =>
      call(() => store.putSettings(queue, settings, revision)),
    putKey: (queue, key, settings) => call(() => store.putKey(queue, key, settings)),
    keys: (query) => call(() => store.keys(query)),
    blockers: (id) => call(() => store.blockers(id)),
    deleteQueue: (queue, purge) => call(() => store.deleteQueue(queue, purge)),
    onHint: (listener) => {
      const end = store.onHint((hint: StoreHint) => {
        if (!random.chance(faults.loseHint)) {
          // Whose it is nobody can tell here: the processes share one store.
          const heard = hint.kind === "ready" ? { ...hint, isOwn: false } : hint;
          process.after(random.between(0, 3), () => listener(heard));
        }
      });
      process.onDeath(end);
      return end;
    },
    close: () => Promise.resolve(),
  };
}
