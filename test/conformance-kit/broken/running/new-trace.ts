import { RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Begins a trace of its own. */
class NewTrace extends RawWorker {
  protected override traceparent(): string {
    return "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  }
}

await new NewTrace().run();
