import { runChaos } from "../support/chaos.ts";
import { assertSound } from "../support/checker/check.ts";
import { ALWAYS_EXPECTED, EXPECTED_OF_EVENTS } from "../support/checker/sometimes.ts";

describe("Dispatcher, workers and submitters on SQLite", function () {
  this.timeout(100_000);

  it("keep every promise while all of them are struck", async () => {
    const report = await runChaos({
      seed: 11,
      store: "sqlite",
      forMs: 12_000,
      workers: 2,
      rate: 25,
      order: [
        "connectionsReset",
        "workerKilled",
        "dispatcherKilled",
        "clientKilled",
        "connectionHalfOpen",
        "replyCut",
        "dispatcherReplaced",
      ],
    });
    assertSound(report, [...ALWAYS_EXPECTED, ...EXPECTED_OF_EVENTS]);
  });
});
