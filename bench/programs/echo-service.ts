import { join } from "node:path";
import { loadPackageDefinition, type ServiceClientConstructor } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

const definition = loadSync(join(import.meta.dirname, "../echo.proto"), { defaults: true });
const loaded = loadPackageDefinition(definition) as unknown as {
  readonly bench: { readonly EchoService: ServiceClientConstructor };
};

/** A service that sends back what it is sent. */
export const { EchoService } = loaded.bench;
