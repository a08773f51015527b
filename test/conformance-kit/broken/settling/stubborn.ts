import { RawWorker, type SettlementResult } from "../../../support/grpc/raw-worker.ts";

/** Sends a STALE settlement again. */
class Stubborn extends RawWorker {
  protected override settleAcked(result: SettlementResult): void {
    const isStale = result.status === "SETTLEMENT_STATUS_STALE";
    super.settleAcked(isStale ? { ...result, status: "SETTLEMENT_STATUS_RETRY" } : result);
  }
}

await new Stubborn().run();
