import type { Store } from "../../../server/src/store/store.ts";

/** For how long the stores of a harness keep what died, at least. */
export const DEAD_RETENTION_MS = 90_000;

/** What a store must offer so that the conformance suite and the model test can drive it. */
export interface StoreHarness {
  readonly name: string;
  /** Opens a store on data of its own, empty. */
  start(): Promise<StoreUnderTest>;
  /** Ends what the harness itself started, such as a server. */
  stop?(): Promise<void>;
}

/** A store and the means to drive what is around it. */
export interface StoreUnderTest {
  readonly store: Store;
  /** Another process's view of the same data; for a store of one process, the same view. */
  another(): Promise<Store>;
  /** The store's clock. */
  nowMs(): Promise<number>;
  /** Moves the store's clock on; sessions' ttls run down with it. */
  advance(ms: number): Promise<void>;
  /** Leaves the store no room for more, or gives it room again; absent where a test cannot. */
  fill?(isFull: boolean): Promise<void>;
  /** Drops every connection with nothing settled and opens the same data again. */
  crash(): Promise<Store>;
  /** Every trace of tasks and sessions that the data still holds, for people; empty after G13. */
  residue(): Promise<readonly string[]>;
  /** What the data holds and no task or session accounts for: index entries without a task and the reverse. */
  orphans(): Promise<readonly string[]>;
  /** Closes every store opened here and removes the data. */
  stop(): Promise<void>;
}
