import {
  type BatonRoot,
  decodeStatus,
  type ErrorDetail,
  type ErrorInfo,
  loadBaton,
  statusDetailsKey,
} from "@baton/proto";
import {
  type ChannelOptions,
  Client,
  type ClientDuplexStream,
  type ClientReadableStream,
  status as codes,
  credentials,
  type Metadata,
  type ServiceError,
} from "@grpc/grpc-js";

type Package = BatonRoot["baton"]["v1"];
type ServiceName =
  | "TaskService"
  | "WorkerService"
  | "QueueService"
  | "ScheduleService"
  | "EventService"
  | "OperationService";
type Methods<Service extends ServiceName> = Package[Service]["service"];
type MethodOf<Service extends ServiceName> = string & keyof Methods<Service>;
interface Method<Request, Response> {
  readonly path: string;
  requestSerialize(request: Request): Buffer;
  responseDeserialize(bytes: Buffer): Response;
}

/** A message that a client sends. */
export type RequestOf<
  Service extends ServiceName,
  Name extends MethodOf<Service>,
> = Methods<Service>[Name] extends { requestSerialize(request: infer Request): Buffer }
  ? Request
  : never;

/** A message that a client gets. */
export type ResponseOf<
  Service extends ServiceName,
  Name extends MethodOf<Service>,
> = Methods<Service>[Name] extends { responseDeserialize(bytes: Buffer): infer Response }
  ? Response
  : never;

/** A frame that a worker sends. */
export type WorkerFrame = RequestOf<"WorkerService", "Lease">;

/** A frame that a worker gets. */
export type ServerFrame = ResponseOf<"WorkerService", "Lease">;

/** How a call ended. */
export interface CallEnd {
  /** The name of the gRPC code. */
  readonly code: keyof typeof codes;
  readonly message: string;
  /** The reason in the ErrorInfo; empty where there is none. */
  readonly reason: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** The fields in the BadRequest. */
  readonly fields: readonly string[];
  readonly retryDelayMs: number | null;
}

/** How a call ends where all is well. */
export const OK: CallEnd = {
  code: "OK",
  message: "OK",
  reason: "",
  metadata: {},
  fields: [],
  retryDelayMs: null,
};

const package_ = loadBaton().baton.v1;

/** A client of every service, on one connection of its own. */
export class GrpcClient {
  readonly #client: Client;

  constructor(address: string, options: ChannelOptions = {}) {
    this.#client = new Client(address, credentials.createInsecure(), {
      "grpc.use_local_subchannel_pool": 1,
      ...options,
    });
  }

  /** Calls a unary method; rejects with a `ServiceError`. */
  call<Service extends ServiceName, Name extends MethodOf<Service>>(
    service: Service,
    name: Name,
    request: RequestOf<Service, Name>,
    deadlineMs = 4_000,
  ): Promise<ResponseOf<Service, Name>> {
    const { path, requestSerialize, responseDeserialize } = methodOf(service, name);
    const options = { deadline: performance.timeOrigin + performance.now() + deadlineMs };
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        options,
        (error, response) => (response === undefined ? reject(error) : resolve(response)),
      );
    });
  }

  /** Calls a method of `TaskService`. */
  task<Name extends MethodOf<"TaskService">>(
    name: Name,
    request: RequestOf<"TaskService", Name>,
    deadlineMs?: number,
  ): Promise<ResponseOf<"TaskService", Name>> {
    return this.call("TaskService", name, request, deadlineMs);
  }

  /** Calls a unary method with bytes that need not be a message. */
  raw(path: string, bytes: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const asTheyAre = (value: Buffer): Buffer => value;
      this.#client.makeUnaryRequest(path, asTheyAre, asTheyAre, bytes, (error, response) =>
        response === undefined ? reject(error) : resolve(response),
      );
    });
  }

  /** Opens a lease stream. */
  lease(): StreamProbe<WorkerFrame, ServerFrame> {
    return new StreamProbe(this.duplex("WorkerService", "Lease"));
  }

  /** Opens a submit stream. */
  submitStream(): StreamProbe<
    RequestOf<"TaskService", "SubmitStream">,
    ResponseOf<"TaskService", "SubmitStream">
  > {
    return new StreamProbe(this.duplex("TaskService", "SubmitStream"));
  }

  /** Opens an await stream. */
  awaitStream(): StreamProbe<
    RequestOf<"TaskService", "AwaitStream">,
    ResponseOf<"TaskService", "AwaitStream">
  > {
    return new StreamProbe(this.duplex("TaskService", "AwaitStream"));
  }

  /** Follows a task. */
  watch(taskId: string): StreamProbe<never, ResponseOf<"TaskService", "Watch">> {
    const { path, requestSerialize, responseDeserialize } = methodOf("TaskService", "Watch");
    return new StreamProbe(
      this.#client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, { taskId }),
    );
  }

  /** Opens a bidirectional stream as grpc-js has it, for a peer that behaves badly. */
  duplex<Service extends ServiceName, Name extends MethodOf<Service>>(
    service: Service,
    name: Name,
  ): ClientDuplexStream<RequestOf<Service, Name>, ResponseOf<Service, Name>> {
    const { path, requestSerialize, responseDeserialize } = methodOf(service, name);
    return this.#client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
  }

  /** The channel's client, for the services of other packages. */
  get plain(): Client {
    return this.#client;
  }

  close(): void {
    this.#client.close();
  }
}

/** A stream whose messages are taken one by one. */
export class StreamProbe<Request, Response> {
  /** Resolves when the stream is over, however that came about. */
  readonly ended: Promise<CallEnd>;
  readonly #stream: ClientDuplexStream<Request, Response> | ClientReadableStream<Response>;
  readonly #received: Response[] = [];
  #waiting: ((message: Response | null) => void) | null = null;
  #isOver = false;

  constructor(stream: ClientDuplexStream<Request, Response> | ClientReadableStream<Response>) {
    this.#stream = stream;
    stream.on("data", (message: Response) => {
      if (this.#waiting === null) {
        this.#received.push(message);
      } else {
        this.#waiting(message);
      }
    });
    // The status says it too; without a listener it would be thrown.
    stream.on("error", () => undefined);
    this.ended = new Promise((resolve) => {
      stream.on("status", ({ code, details, metadata }) => {
        this.#isOver = true;
        this.#waiting?.(null);
        resolve(readEnd(code, details, metadata));
      });
    });
  }

  send(message: Request): boolean {
    return (this.#stream as ClientDuplexStream<Request, Response>).write(message);
  }

  /** Resolves with the next message; rejects where the stream is over and none is left. */
  async next(): Promise<Response> {
    const message = this.#received.shift() ?? (this.#isOver ? null : await this.#arrival());
    if (message === null) {
      throw new Error(`the stream ended: ${JSON.stringify(await this.ended)}`);
    }
    return message;
  }

  /** Resolves with the next message that the predicate takes; the others are dropped. */
  async nextThat(predicate: (message: Response) => boolean): Promise<Response> {
    for (;;) {
      const message = await this.next();
      if (predicate(message)) {
        return message;
      }
    }
  }

  /** How many messages came and were not taken. */
  get unread(): number {
    return this.#received.length;
  }

  /** Says that no more will be sent. */
  halfClose(): void {
    (this.#stream as ClientDuplexStream<Request, Response>).end();
  }

  cancel(): void {
    this.#stream.cancel();
  }

  #arrival(): Promise<Response | null> {
    return new Promise((resolve) => {
      this.#waiting = (message) => {
        this.#waiting = null;
        resolve(message);
      };
    });
  }
}

/** Resolves with how a call failed; rejects where it did not. */
export async function failureOf(call: Promise<unknown>): Promise<CallEnd> {
  let response: unknown;
  try {
    response = await call;
  } catch (error) {
    const { code, details, metadata } = error as ServiceError;
    return readEnd(code, details, metadata);
  }
  throw new Error(`the call succeeded with ${JSON.stringify(response)}`);
}

/** Reads what the details of a status say. */
export function readDetails(
  details: readonly ErrorDetail[],
): Pick<CallEnd, "reason" | "metadata" | "fields" | "retryDelayMs"> {
  const info = details.find((detail): detail is ErrorInfo => detail.kind === "error_info");
  const fields = details.flatMap((detail) =>
    detail.kind === "bad_request" ? detail.fieldViolations.map(({ field }) => field) : [],
  );
  const delays = details.flatMap((detail) =>
    detail.kind === "retry_info" ? [detail.retryDelayMs] : [],
  );
  return {
    reason: info?.reason ?? "",
    metadata: info?.metadata ?? {},
    fields,
    retryDelayMs: delays[0] ?? null,
  };
}

function readEnd(code: number, message: string, metadata: Metadata): CallEnd {
  const [packed] = metadata.get(statusDetailsKey);
  const status = packed instanceof Buffer ? decodeStatus(packed) : undefined;
  return {
    code: codes[code] as CallEnd["code"],
    message,
    ...readDetails(status?.details ?? []),
  };
}

function methodOf<Service extends ServiceName, Name extends MethodOf<Service>>(
  service: Service,
  name: Name,
): Method<RequestOf<Service, Name>, ResponseOf<Service, Name>> {
  const definition: Record<string, unknown> = package_[service].service;
  return definition[name] as Method<RequestOf<Service, Name>, ResponseOf<Service, Name>>;
}
