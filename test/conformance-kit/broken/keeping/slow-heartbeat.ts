import { type RawStream, RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Sends every second heartbeat. */
class SlowHeartbeat extends RawWorker {
  protected override beat(stream: RawStream, sequence: number): void {
    if (sequence % 2 === 0) {
      super.beat(stream, sequence);
    }
  }
}

await new SlowHeartbeat().run();
