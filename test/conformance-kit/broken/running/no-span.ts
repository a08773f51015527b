import { type GrantedTask, RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Hands the submitter's span to the handler. */
class NoSpan extends RawWorker {
  protected override traceparent(task: GrantedTask): string {
    return task.headers.traceparent ?? "";
  }
}

await new NoSpan().run();
