import { join } from "node:path";
import { loadPackageDefinition, type ServiceClientConstructor } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

const definition = loadSync(join(import.meta.dirname, "../../echo.proto"), { defaults: true });
const loaded = loadPackageDefinition(definition) as unknown as {
  readonly bench: {
    readonly EchoService: ServiceClientConstructor;
    readonly RelayService: ServiceClientConstructor;
  };
};

/** What is sent to and fro. */
export interface Echoed {
  readonly payload: Buffer;
}

/** A service that sends back what it is sent, and one that hands it on. */
export const { EchoService, RelayService } = loaded.bench;
