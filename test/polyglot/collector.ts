import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";

type ExportCall = ServerUnaryCall<Buffer, Buffer>;

const asIs = (bytes: Buffer): Buffer => bytes;

/** Takes spans by OTLP over gRPC, and keeps the requests as they came. */
export class Collector {
  readonly #server = new Server();
  readonly #requests: Buffer[] = [];

  private constructor() {
    const service = {
      Export: {
        path: "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
        requestStream: false,
        responseStream: false,
        requestSerialize: asIs,
        requestDeserialize: asIs,
        responseSerialize: asIs,
        responseDeserialize: asIs,
      },
    };
    this.#server.addService(service, {
      Export: (call: ExportCall, done: sendUnaryData<Buffer>) => {
        this.#requests.push(call.request);
        done(null, Buffer.alloc(0));
      },
    });
  }

  /** Opens a collector on a free port of the loopback; returns it with its endpoint. */
  static async open(): Promise<{ collector: Collector; endpoint: string }> {
    const collector = new Collector();
    const port = await new Promise<number>((resolve, reject) => {
      const credentials = ServerCredentials.createInsecure();
      collector.#server.bindAsync("127.0.0.1:0", credentials, (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    return { collector, endpoint: `http://127.0.0.1:${port}` };
  }

  /** Whether one request has all of this: names as text, ids as bytes. */
  has(...parts: readonly (string | Buffer)[]): boolean {
    return this.#requests.some((request) => parts.every((part) => request.includes(part)));
  }

  close(): void {
    this.#server.forceShutdown();
  }
}
