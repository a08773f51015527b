import assert from "node:assert/strict";
import type { Store } from "../../../server/src/store/store.ts";
import type { StoreHarness, StoreUnderTest } from "./harness.ts";

/** What each test finds: a store on empty data of its own. Valid inside tests only. */
export interface Fixture {
  readonly store: Store;
  readonly under: StoreUnderTest;
}

/** Opens a store before each test; after it asserts that nothing is orphaned, and closes it. */
export function useStore(harness: StoreHarness): Fixture {
  let current: StoreUnderTest | null = null;

  beforeEach(async () => {
    current = await harness.start();
  });

  afterEach(async () => {
    const under = current;
    current = null;
    if (under !== null) {
      try {
        assert.deepEqual(await under.orphans(), [], "nothing may be orphaned");
      } finally {
        await under.stop();
      }
    }
  });

  after(async () => {
    await harness.stop?.();
  });

  const opened = (): StoreUnderTest => {
    assert.ok(current !== null, "a store is open only inside a test");
    return current;
  };
  return {
    get store() {
      return opened().store;
    },
    get under() {
      return opened();
    },
  };
}

/**
 * How far two times may be apart and count as the same: a store on a real clock goes on while a test
 * runs. Tests therefore keep every boundary at least a few seconds away.
 */
export const SLACK_MS = 2_000;

/** Asserts that a time is what was expected, but for the store's own time passing. */
export function assertNear(actualMs: number | null, expectedMs: number, what: string): void {
  assert.ok(
    actualMs !== null && Math.abs(actualMs - expectedMs) <= SLACK_MS,
    `${what}: expected about ${expectedMs}, got ${actualMs}`,
  );
}
