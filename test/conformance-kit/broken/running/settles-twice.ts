import { RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Sends each settlement twice. */
class SettlesTwice extends RawWorker {
  protected override sendSettlement(...args: Parameters<RawWorker["sendSettlement"]>): void {
    super.sendSettlement(...args);
    super.sendSettlement(...args);
  }
}

await new SettlesTwice().run();
