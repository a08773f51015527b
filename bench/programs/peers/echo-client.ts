import { credentials } from "@grpc/grpc-js";
import { answerCommands } from "../commands.ts";
import { inParallel } from "../load.ts";
import { EchoService } from "./echo-service.ts";

type Call = (request: { payload: Buffer }, done: (error: Error | null) => void) => void;

const client = new EchoService(process.argv[2] ?? "", credentials.createInsecure());

answerCommands({ echo });

/** Unary calls, so many under way. */
function echo(load: {
  readonly count: number;
  readonly payloadBytes: number;
  readonly inFlight: number;
}): Promise<void> {
  const payload = Buffer.alloc(load.payloadBytes, "x");
  const call = (client.Echo as Call).bind(client);
  return inParallel(
    load.count,
    load.inFlight,
    () =>
      new Promise<void>((resolve, reject) => {
        call({ payload }, (error) => (error === null ? resolve() : reject(error)));
      }),
  );
}
