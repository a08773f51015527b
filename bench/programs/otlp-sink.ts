import { Server, ServerCredentials } from "@grpc/grpc-js";

// A trace collector that takes every span and forgets it: prints `ready HOST:PORT`, ends on SIGTERM.
const EMPTY = Buffer.alloc(0);
const server = new Server({ "grpc.max_receive_message_length": -1 });
server.addService(
  {
    Export: {
      path: "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
      requestStream: false,
      responseStream: false,
      requestSerialize: (bytes: Buffer) => bytes,
      requestDeserialize: (bytes: Buffer) => bytes,
      responseSerialize: (bytes: Buffer) => bytes,
      responseDeserialize: (bytes: Buffer) => bytes,
    },
  },
  { Export: (_call: unknown, done: (error: null, answer: Buffer) => void) => done(null, EMPTY) },
);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) {
    throw error;
  }
  process.stdout.write(`ready 127.0.0.1:${port}\n`);
});
process.once("SIGTERM", () => process.exit(0));
