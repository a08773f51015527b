import { type Server, ServerCredentials } from "@grpc/grpc-js";

/** Serves on a port of loopback that is free, prints `ready HOST:PORT`, and ends on SIGTERM. */
export function serve(server: Server): void {
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) {
      throw error;
    }
    process.stdout.write(`ready 127.0.0.1:${port}\n`);
  });
  process.once("SIGTERM", () => process.exit(0));
}
