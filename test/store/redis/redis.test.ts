import assert from "node:assert/strict";
import { SCRIPTS } from "../../../server/src/store/redis/scripts/scripts.ts";
import { describeStore } from "../conformance/index.ts";
import { redisHarness, startSingle } from "./redis-harness.ts";

const called = new Set<string>();

const harness = redisHarness("Redis", startSingle, { onScript: (name) => called.add(name) });

describeStore(harness);

// Mends what no transition leaves, so only a test that loses data reaches it; holds other partitions of a queue.
const BEYOND_CONFORMANCE = ["audit_flow", "audit_queue", "hold_queue"];

describe("The Lua scripts", () => {
  it("are all reached by the conformance suite", () => {
    const missed = Object.keys(SCRIPTS).filter((name) => !called.has(name));
    assert.deepEqual(missed, BEYOND_CONFORMANCE);
  });
});
