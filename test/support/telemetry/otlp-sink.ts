import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** Takes traces by OTLP over HTTP on loopback, and keeps every byte of them for who looks for a word. */
export class OtlpSink {
  #bytes = Buffer.alloc(0);
  readonly #server: Server = createServer((request, response) => {
    buffer(request).then(
      (body) => {
        this.#bytes = Buffer.concat([this.#bytes, body]);
        response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
      },
      () => response.destroy(),
    );
  });

  /** What arrived; names and texts in it are readable. */
  get text(): string {
    return this.#bytes.toString("latin1");
  }

  /** The variables with which a program sends its spans here, soon after they end. */
  get environment(): Readonly<Record<string, string>> {
    const { port } = this.#server.address() as AddressInfo;
    return {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
      OTEL_BSP_SCHEDULE_DELAY: "100",
    };
  }

  async start(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
