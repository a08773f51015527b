import { RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Takes credit back. */
class NegativeCredit extends RawWorker {
  protected override giveCredit(tasks: number): void {
    super.giveCredit(tasks + 1);
    if (this.current !== null) {
      this.send(this.current, { credit: { tasks: -1 } });
    }
  }
}

await new NegativeCredit().run();
