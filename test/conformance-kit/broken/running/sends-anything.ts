import { type GrantedTask, type LeaseRef, RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Sends results of any size. */
class SendsAnything extends RawWorker {
  protected override async start(task: GrantedTask): Promise<void> {
    if (task.type !== "bytes") {
      return super.start(task);
    }
    const value = await this.handle(task, new AbortController().signal);
    this.settle(task.lease as LeaseRef, { complete: { result: { value } } });
    this.giveCredit(1);
  }
}

await new SendsAnything().run();
