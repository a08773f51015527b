import { type GrantedTask, RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Runs what it was granted one after another. */
class OneAtATime extends RawWorker {
  #last: Promise<void> = Promise.resolve();

  protected override start(task: GrantedTask): Promise<void> {
    this.#last = this.#last.then(() => super.start(task));
    return this.#last;
  }
}

await new OneAtATime().run();
