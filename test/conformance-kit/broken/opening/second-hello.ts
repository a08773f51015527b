import { RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Says Hello again before each further Credit. */
class SecondHello extends RawWorker {
  #hasGiven = false;

  protected override giveCredit(tasks: number): void {
    if (this.current !== null && this.#hasGiven) {
      this.send(this.current, { hello: this.hello() });
    }
    this.#hasGiven = true;
    super.giveCredit(tasks);
  }
}

await new SecondHello().run();
