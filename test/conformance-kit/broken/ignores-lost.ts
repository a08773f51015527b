import { RawWorker } from "../../support/raw-worker.ts";

/** Reads no list in a HeartbeatAck. */
class IgnoresLost extends RawWorker {
  protected override lost(): void {}
}

await new IgnoresLost().run();
