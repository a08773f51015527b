import { type RawStream, RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Sends heartbeats only while it runs something. */
class IdleSilence extends RawWorker {
  protected override beat(stream: RawStream, sequence: number): void {
    if (this.attempts.size > 0) {
      super.beat(stream, sequence);
    }
  }
}

await new IdleSilence().run();
