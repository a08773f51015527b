import { RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Gives every stream the same number. */
class NoNumber extends RawWorker {
  protected override hello(): ReturnType<RawWorker["hello"]> {
    return { ...super.hello(), streamNumber: 1 };
  }
}

await new NoNumber().run();
