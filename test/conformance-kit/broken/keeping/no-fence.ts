import { RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Runs on when its ttl runs out. */
class NoFence extends RawWorker {
  protected override fence(): void {}
}

await new NoFence().run();
