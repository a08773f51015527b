// STORE=redis npx mocha --no-parallel test/store/flow-by-store.ts [-f ordering]: what a store does of flow so far.
// AUDIT=no goes on after a test that leaves orphans.
import { useStore } from "./conformance/fixture.ts";
import { describeFlow } from "./conformance/flow/index.ts";
import type { StoreHarness } from "./conformance/harness.ts";
import { redisHarness, startSingle } from "./redis/redis-harness.ts";
import { sqliteHarness } from "./sqlite/sqlite-harness.ts";

const strict = process.env.STORE === "redis" ? redisHarness("Redis", startSingle) : sqliteHarness;
const lenient: StoreHarness = {
  ...strict,
  start: async () => {
    const under = await strict.start();
    under.orphans = async () => [];
    return under;
  },
};
const harness = process.env.AUDIT === "no" ? lenient : strict;

describe(`Flow of the ${harness.name} store`, () => {
  describeFlow(useStore(harness));
});
