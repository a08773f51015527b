import { RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Ends on SIGTERM without a word. */
class DropsDead extends RawWorker {
  protected override drain(): void {
    process.exit(0);
  }
}

await new DropsDead().run();
