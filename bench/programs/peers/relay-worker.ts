import { once } from "node:events";
import { type ClientDuplexStream, credentials } from "@grpc/grpc-js";
import { answerCommands } from "../commands.ts";
import type { Stamped } from "../pace.ts";
import { noteStart, takeStartLatencies } from "../start-latencies.ts";
import { type Echoed, RelayService } from "./echo-service.ts";

const client = new RelayService(process.argv[2] ?? "", credentials.createInsecure());
const call = client.Lease?.() as ClientDuplexStream<Echoed, Echoed>;

call.on("data", ({ payload }: Echoed) => {
  if (payload.length > 0) {
    const stamped = JSON.parse(payload.toString()) as Stamped;
    noteStart(stamped);
    const { sentAtMs } = stamped;
    call.write({ payload: Buffer.from(JSON.stringify({ sentAtMs, done: true })) });
  }
});

await once(call, "data");
answerCommands({ takeStartLatencies });
