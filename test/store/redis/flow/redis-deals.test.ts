import fc from "fast-check";
import { openRedisStore } from "../../../../server/src/store/redis/open-redis-store.ts";
import { redisBed } from "../redis-bed.ts";
import { DealHistory } from "./deal-history.ts";
import { histories } from "./deal-steps.ts";

// More for a night: DEAL_RUNS=5000.
const RUNS = Number(process.env.DEAL_RUNS ?? 30);

describe("Deals on Redis", () => {
  const bed = redisBed();
  let prefixes = 0;

  it("are as the domain deals, whatever comes in between", async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        prefixes += 1;
        let offsetMs = 0;
        const prefix = `deal${prefixes}-`;
        const store = await openRedisStore({
          url: bed.url,
          prefix,
          clockOffset: () => offsetMs,
        });
        try {
          await new DealHistory(store, bed.redis, prefix, (ms) => {
            offsetMs += ms;
          }).run(history);
        } finally {
          await store.close();
        }
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });
});
