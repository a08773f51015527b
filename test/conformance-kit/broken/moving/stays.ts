import { RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Knows nothing of being asked to go. */
class Stays extends RawWorker {
  protected override dismissed(): void {}
}

await new Stays().run();
