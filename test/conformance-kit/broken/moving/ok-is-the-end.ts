import { RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Ends when a stream ends with OK. */
class OkIsTheEnd extends RawWorker {
  protected override openStream(): Promise<boolean> {
    const over = super.openStream();
    this.current?.call.on("status", ({ code }) => {
      if (code === 0) {
        process.exit(0);
      }
    });
    return over;
  }
}

await new OkIsTheEnd().run();
