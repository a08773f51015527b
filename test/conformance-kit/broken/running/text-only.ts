import { type GrantedTask, RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Takes payloads for text. */
class TextOnly extends RawWorker {
  protected override async handle(task: GrantedTask, signal: AbortSignal): Promise<Buffer> {
    const bytes = await super.handle(task, signal);
    return Buffer.from(bytes.toString("utf8"));
  }
}

await new TextOnly().run();
