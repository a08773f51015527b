import { type LeaseRef, RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Takes a settlement for answered once it is written. */
class ForgetsSettlement extends RawWorker {
  protected override settle(lease: LeaseRef, outcome: Parameters<RawWorker["settle"]>[1]): void {
    super.settle(lease, outcome);
    this.outbox.clear();
  }
}

await new ForgetsSettlement().run();
