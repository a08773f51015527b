import { RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Takes a frame that it does not know for the end. */
class StrictReader extends RawWorker {
  protected override receive(...[frame, stream]: Parameters<RawWorker["receive"]>): void {
    if (frame.frame === undefined) {
      process.exit(1);
    }
    super.receive(frame, stream);
  }
}

await new StrictReader().run();
