import { runChaos } from "./support/chaos.ts";
import { assertSound } from "./support/checker/check.ts";
import { ALWAYS_EXPECTED } from "./support/checker/sometimes.ts";

describe("Two dispatchers, workers and submitters on Redis", function () {
  this.timeout(120_000);

  it("keep every promise while all of them and Redis are struck", async () => {
    const report = await runChaos({
      seed: 12,
      store: "redis",
      forMs: 15_000,
      workers: 2,
      rate: 25,
      order: [
        "connectionsReset",
        "dispatcherKilled",
        "workerKilled",
        "redisRestarted",
        "redisFull",
        "redisFrozen",
        "redisScriptsForgotten",
        "redisClientsKilled",
      ],
    });
    assertSound(report, ALWAYS_EXPECTED);
  });
});
