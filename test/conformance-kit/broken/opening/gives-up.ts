import { RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Ends with the first refused stream. */
class GivesUp extends RawWorker {
  protected override async openStream(): Promise<boolean> {
    const wasWelcomed = await super.openStream();
    return wasWelcomed || process.exit(1);
  }
}

await new GivesUp().run();
