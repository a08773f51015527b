import { Server } from "@grpc/grpc-js";
import { serve } from "./serve.ts";

// A trace collector that takes every span and forgets it.
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
serve(server);
