import { type LeaseRef, RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Resumes without saying what it holds. */
class HoldsNothing extends RawWorker {
  protected override held(): LeaseRef[] {
    return [];
  }
}

await new HoldsNothing().run();
