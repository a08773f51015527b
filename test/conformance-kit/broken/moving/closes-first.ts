import { type RawStream, RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Closes the old stream before it opens another. */
class ClosesFirst extends RawWorker {
  protected override move(stream: RawStream): void {
    stream.call.end();
  }
}

await new ClosesFirst().run();
