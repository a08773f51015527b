import { RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Reads no list in a HeartbeatAck. */
class IgnoresLost extends RawWorker {
  protected override lost(): void {}
}

await new IgnoresLost().run();
