import type { FlowStore } from "./flow.ts";
import type { Store } from "./store.ts";

/** The store itself, which keeps the flow of its queues too. */
export function flowOf(store: Store): FlowStore {
  return store;
}
