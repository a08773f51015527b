import { RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Runs on with leases that Welcome says are lost. */
class KeepsLost extends RawWorker {
  protected override lost(): void {}
}

await new KeepsLost().run();
