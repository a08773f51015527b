import { RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Asks for more than it can run. */
class GreedyCredit extends RawWorker {
  protected override giveCredit(tasks: number): void {
    super.giveCredit(2 * tasks);
  }
}

await new GreedyCredit().run();
