import { type ClientDuplexStream, credentials } from "@grpc/grpc-js";
import { answerCommands } from "../commands.ts";
import { atRate, type Latencies } from "../pace.ts";
import { type Echoed, RelayService } from "./echo-service.ts";

const client = new RelayService(process.argv[2] ?? "", credentials.createInsecure());
const call = client.Submit?.() as ClientDuplexStream<Echoed, Echoed>;
/** What waits for its result, by when it was sent. */
const waiting = new Map<number, () => void>();

call.on("data", ({ payload }: Echoed) => {
  if (payload.length > 0) {
    const { sentAtMs } = JSON.parse(payload.toString()) as { readonly sentAtMs: number };
    waiting.get(sentAtMs)?.();
    waiting.delete(sentAtMs);
  }
});

answerCommands({ submitAtRate });

/** One task after the other at a steady rate; how long each took until its result came. */
function submitAtRate(load: {
  readonly count: number;
  readonly perSecond: number;
}): Promise<Latencies> {
  return atRate(load.count, load.perSecond, (stamped) => {
    return new Promise((resolve) => {
      waiting.set(stamped.sentAtMs, resolve);
      call.write({ payload: Buffer.from(JSON.stringify(stamped)) });
    });
  });
}
