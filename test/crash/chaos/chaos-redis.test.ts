import { runChaos } from "../support/chaos.ts";
import { assertSound } from "../support/checker/check.ts";
import { ALWAYS_EXPECTED, EXPECTED_OF_KILLS_MIDWAY } from "../support/checker/sometimes.ts";

describe("Three dispatchers, workers and submitters on Redis", function () {
  this.timeout(180_000);

  it("keep every promise while all of them and Redis are struck", async () => {
    const report = await runChaos({
      seed: 12,
      store: "redis",
      forMs: 20_000,
      workers: 2,
      rate: 25,
      order: [
        "connectionsReset",
        "dispatchersKilledMidway",
        "workerKilled",
        "dispatcherKilled",
        "redisRestarted",
        "redisFull",
        "redisFrozen",
        "redisFunctionsForgotten",
        "dispatchersKilledMidway",
        "clientKilled",
        "dispatchersKilledMidway",
        "redisClientsKilled",
      ],
    });
    assertSound(report, [...ALWAYS_EXPECTED, ...EXPECTED_OF_KILLS_MIDWAY]);
  });
});
