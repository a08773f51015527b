import { type RawStream, RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Logs which session it has by what proves it. */
class TellsKey extends RawWorker {
  protected override welcomed(
    frame: Parameters<RawWorker["welcomed"]>[0],
    stream: RawStream,
  ): void {
    super.welcomed(frame, stream);
    console.error(`welcomed to the session ${this.sessionKey}`);
  }
}

await new TellsKey().run();
