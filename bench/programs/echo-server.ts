import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import { EchoService } from "./echo-service.ts";

const server = new Server();
server.addService(EchoService.service, {
  Echo: (call: ServerUnaryCall<unknown, unknown>, callback: sendUnaryData<unknown>) =>
    callback(null, call.request),
});
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) {
    throw error;
  }
  process.stdout.write(`ready 127.0.0.1:${port}\n`);
});
process.on("SIGTERM", () => process.exit(0));
