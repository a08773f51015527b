import { join } from "node:path";
import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

/** A span as a collector has it. Ids are in hexadecimal. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The spans it links to. */
  readonly links: readonly string[];
  readonly isError: boolean;
  /** `service.name` of who sent it. */
  readonly service: string;
}

interface Value {
  readonly value: string;
  readonly [field: string]: unknown;
}

interface KeyValue {
  readonly key: string;
  readonly value: Value;
}

interface WireSpan {
  readonly traceId: Buffer;
  readonly spanId: Buffer;
  readonly parentSpanId: Buffer;
  readonly name: string;
  readonly kind: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly KeyValue[];
  readonly links: readonly { readonly spanId: Buffer }[];
  readonly status: { readonly code: string } | null;
}

interface ExportRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] };
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[];
  }[];
}

/** A trace collector on loopback that speaks OTLP over gRPC and keeps every span. */
export class OtlpCollector {
  readonly spans: CollectedSpan[] = [];
  readonly #server = new Server();
  #port = 0;

  /** The variables with which a program sends its spans here, soon after they end. */
  get environment(): Readonly<Record<string, string>> {
    return {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${this.#port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
      OTEL_BSP_SCHEDULE_DELAY: "100",
    };
  }

  async start(): Promise<void> {
    const definition = loadSync(join(import.meta.dirname, "otlp.proto"), {
      longs: String,
      enums: String,
      defaults: true,
      oneofs: true,
    });
    const root = loadPackageDefinition(definition) as unknown as {
      opentelemetry: {
        proto: { collector: { trace: { v1: { TraceService: { service: ServiceDefinition } } } } };
      };
    };
    this.#server.addService(root.opentelemetry.proto.collector.trace.v1.TraceService.service, {
      Export: (call: ServerUnaryCall<ExportRequest, object>, done: sendUnaryData<object>) => {
        this.#take(call.request);
        done(null, {});
      },
    });
    this.#port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
        error === null ? resolve(port) : reject(error),
      );
    });
  }

  stop(): void {
    this.#server.forceShutdown();
  }

  #take({ resourceSpans }: ExportRequest): void {
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = String(record(resource.attributes)["service.name"]);
      for (const span of scopeSpans.flatMap(({ spans }) => spans)) {
        this.spans.push(collected(span, service));
      }
    }
  }
}

function collected(span: WireSpan, service: string): CollectedSpan {
  return {
    traceId: span.traceId.toString("hex"),
    spanId: span.spanId.toString("hex"),
    parentSpanId: span.parentSpanId.toString("hex"),
    name: span.name,
    kind: span.kind.replace("SPAN_KIND_", ""),
    startedAtMs: Number(BigInt(span.startTimeUnixNano) / 1_000_000n),
    endedAtMs: Number(BigInt(span.endTimeUnixNano) / 1_000_000n),
    attributes: record(span.attributes),
    links: span.links.map(({ spanId }) => spanId.toString("hex")),
    isError: span.status?.code === "STATUS_CODE_ERROR",
    service,
  };
}

function record(attributes: readonly KeyValue[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value[value.value]]));
}
