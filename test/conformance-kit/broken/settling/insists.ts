import { RawWorker, type SettlementResult } from "../../../support/grpc/raw-worker.ts";

/** Sends a rejected settlement again. */
class Insists extends RawWorker {
  protected override settleAcked(result: SettlementResult): void {
    const isRejected = result.status === "SETTLEMENT_STATUS_REJECTED";
    super.settleAcked(isRejected ? { ...result, status: "SETTLEMENT_STATUS_RETRY" } : result);
  }
}

await new Insists().run();
