import { RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Runs on after a Cancel. */
class IgnoresCancel extends RawWorker {
  protected override cancelled(): void {}
}

await new IgnoresCancel().run();
