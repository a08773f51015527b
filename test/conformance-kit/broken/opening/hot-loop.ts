import { RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Reconnects without waiting. */
class HotLoop extends RawWorker {
  protected override pauseMs(): number {
    return 0;
  }
}

await new HotLoop().run();
