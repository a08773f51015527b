import { Server, type ServerDuplexStream } from "@grpc/grpc-js";
import { Redis } from "ioredis";
import { serve } from "../serve.ts";
import { type Echoed, RelayService } from "./echo-service.ts";

type Call = ServerDuplexStream<Echoed, Echoed>;

const NOTHING = { payload: Buffer.alloc(0) };
const redis = new Redis(process.argv[2] ?? "");

let producer: Call | null = null;
let worker: Call | null = null;

/** Stores what a producer sends, hands it to the worker, and says so. */
function submit(call: Call): void {
  producer = call;
  relay(call, "task", () => worker);
}

/** Stores what a worker answers, hands it to the producer, and says so. */
function lease(call: Call): void {
  worker = call;
  // Tells the worker that what is submitted from now on comes to it.
  call.write(NOTHING);
  relay(call, "result", () => producer);
}

function relay(from: Call, key: string, to: () => Call | null): void {
  from.on("data", (message: Echoed) => {
    redis.set(key, message.payload, (error) => {
      if (error) {
        throw error;
      }
      to()?.write(message);
      from.write(NOTHING);
    });
  });
  from.on("end", () => from.end());
}

const server = new Server();
server.addService(RelayService.service, { Submit: submit, Lease: lease });
serve(server);
