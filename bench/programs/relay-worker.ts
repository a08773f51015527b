import { once } from "node:events";
import { type ClientDuplexStream, credentials } from "@grpc/grpc-js";
import { answerCommands } from "./commands.ts";
import { type Echoed, RelayService } from "./echo-service.ts";
import { sharedNowMs } from "./load.ts";
import type { Latencies, Stamped } from "./pace.ts";

const client = new RelayService(process.argv[2] ?? "", credentials.createInsecure());
const call = client.Lease?.() as ClientDuplexStream<Echoed, Echoed>;
let startLatencies: number[] = [];

call.on("data", ({ payload }: Echoed) => {
  if (payload.length > 0) {
    const { sentAtMs } = JSON.parse(payload.toString()) as Stamped;
    startLatencies.push(sharedNowMs() - sentAtMs);
    call.write({ payload: Buffer.from(JSON.stringify({ sentAtMs, done: true })) });
  }
});

await once(call, "data");
answerCommands({ takeStartLatencies });

/** Returns how long tasks took from their submit to the start of their handler, ms. */
async function takeStartLatencies(): Promise<Latencies> {
  const taken = startLatencies;
  startLatencies = [];
  return taken;
}
