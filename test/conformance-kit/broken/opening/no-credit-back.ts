import { RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Gives credit once, and none for the tasks that ended. */
class NoCreditBack extends RawWorker {
  #hasGiven = false;

  protected override giveCredit(tasks: number): void {
    if (!this.#hasGiven) {
      super.giveCredit(tasks);
    }
    this.#hasGiven = true;
  }
}

await new NoCreditBack().run();
