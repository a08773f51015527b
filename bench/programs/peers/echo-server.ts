import { Server, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import { serve } from "../serve.ts";
import { EchoService } from "./echo-service.ts";

const server = new Server();
server.addService(EchoService.service, {
  Echo: (call: ServerUnaryCall<unknown, unknown>, callback: sendUnaryData<unknown>) =>
    callback(null, call.request),
});
serve(server);
