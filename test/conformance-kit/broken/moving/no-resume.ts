import { RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Opens a new session after each broken stream. */
class NoResume extends RawWorker {
  protected override hello(): ReturnType<RawWorker["hello"]> {
    return { ...super.hello(), resumeSession: "", held: [] };
  }
}

await new NoResume().run();
