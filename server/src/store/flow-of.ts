import { DEFAULT_QUEUE_SETTINGS } from "../domain/flow/queue-settings.ts";
import type { FlowStore } from "./flow.ts";
import { type Store, StoreError } from "./store.ts";

/** Returns what keeps the flow of a store's queues; where the store has none of it, every queue has the defaults. */
export function flowOf(store: Store): FlowStore {
  const refuse = (): Promise<never> =>
    Promise.reject(new StoreError("unavailable", "the store keeps no settings of queues"));
  return {
    settings: (queues) =>
      store.settings?.(queues) ??
      Promise.resolve(queues.map(() => ({ settings: DEFAULT_QUEUE_SETTINGS, revision: "" }))),
    putSettings: (queue, settings, revision) =>
      store.putSettings?.(queue, settings, revision) ?? refuse(),
    putKey: (queue, key, settings) => store.putKey?.(queue, key, settings) ?? refuse(),
    keys: (query) => store.keys?.(query) ?? refuse(),
    blockers: (id) => store.blockers?.(id) ?? Promise.resolve(null),
    deleteQueue: (queue, purge) => store.deleteQueue?.(queue, purge) ?? refuse(),
  };
}
