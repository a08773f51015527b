import { type RawStream, RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Moves, and then opens another stream where the old one ends, as after any other end. */
class OpensOneMore extends RawWorker {
  protected override move(stream: RawStream): void {
    super.move(stream);
    stream.call.once("status", () => void this.openStream());
  }
}

await new OpensOneMore().run();
