import { RawWorker, type SettlementResult } from "../../../support/grpc/raw-worker.ts";

/** Takes RETRY for an end. */
class NoRetry extends RawWorker {
  protected override settleAcked(result: SettlementResult): void {
    super.settleAcked({ ...result, status: "SETTLEMENT_STATUS_OK" });
  }
}

await new NoRetry().run();
