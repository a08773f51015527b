import assert from "node:assert/strict";
import { QUEUE_LIBRARY } from "../../../server/src/store/redis/lua.generated.ts";
import { SCRIPTS } from "../../../server/src/store/redis/scripts/scripts.ts";
import { describeStore } from "../conformance/index.ts";
import { redisHarness, startSingle } from "./redis-harness.ts";

const called = new Set<string>();

const harness = redisHarness("Redis", startSingle, { onScript: (name) => called.add(name) });

describeStore(harness);

// Mends what no transition leaves, so only a test that loses data reaches it.
const MENDING = ["audit_queue"];
// How queues flow has suites of its own (redis/flow).
const FLOW = Object.keys(QUEUE_LIBRARY.functions);

describe("The Lua scripts", () => {
  it("are all reached by the conformance suite", () => {
    const missed = Object.keys(SCRIPTS).filter((name) => !called.has(name));
    assert.deepEqual(
      missed.filter((name) => !FLOW.includes(name)),
      MENDING,
    );
  });
});
