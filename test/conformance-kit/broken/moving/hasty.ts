import { RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Half-closes before its settlements are answered. */
class Hasty extends RawWorker {
  protected override sendSettlement(...args: Parameters<RawWorker["sendSettlement"]>): void {
    super.sendSettlement(...args);
    if (this.isDraining && this.attempts.size === 0) {
      this.current?.call.end();
      this.outbox.clear();
    }
  }
}

await new Hasty().run();
