// STORE=redis npx mocha --no-parallel test/store/flow-by-store.ts [-f ordering]: what a store does of flow so far.
import { useStore } from "./conformance/fixture.ts";
import { describeFlow } from "./conformance/flow/index.ts";
import { redisHarness, startSingle } from "./redis/redis-harness.ts";
import { sqliteHarness } from "./sqlite/sqlite-harness.ts";

const harness = process.env.STORE === "redis" ? redisHarness("Redis", startSingle) : sqliteHarness;

describe(`Flow of the ${harness.name} store`, () => {
  describeFlow(useStore(harness));
});
