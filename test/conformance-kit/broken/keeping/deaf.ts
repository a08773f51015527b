import { RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Waits for ever on a silent stream. */
class Deaf extends RawWorker {
  protected override silent(): void {}
}

await new Deaf().run();
