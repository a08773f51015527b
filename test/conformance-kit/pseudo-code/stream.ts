import { loadBaton } from "@baton/proto";
import { type ClientDuplexStream, credentials } from "@grpc/grpc-js";

const { WorkerService } = loadBaton().baton.v1;
type Lease = (typeof WorkerService)["service"]["Lease"];
type WorkerFrame = Parameters<Lease["requestSerialize"]>[0];
type ServerFrame = ReturnType<Lease["responseDeserialize"]>;

/** A message as the pseudo-code makes it: what its kind is called, and its fields in snake_case. */
export interface Message {
  readonly kind: string;
  readonly [field: string]: unknown;
}

const MS_A_SECOND = 1_000;
const NANOS_A_MS = 1_000_000;
/** Frames whose name is not that of their field. */
const FIELDS: Readonly<Record<string, string>> = { WorkerDrain: "drain" };
const KINDS: Readonly<Record<string, string>> = { drain: "ServerDrain" };
/** One object for each lease, so that tables can have it as their key. */
const leases = new Map<string, object>();

/** A `Lease` call as the pseudo-code has it: it can be iterated until it is over, whatever its status. */
export class Stream {
  readonly #call: ClientDuplexStream<WorkerFrame, ServerFrame>;

  constructor(call: ClientDuplexStream<WorkerFrame, ServerFrame>) {
    this.#call = call;
  }

  send(message: Message): void {
    if (this.#call.writable) {
      this.#call.write({ [fieldOf(message.kind)]: toWire(message) } as WorkerFrame);
    }
  }

  half_close(): void {
    this.#call.end();
  }

  cancel(): void {
    this.#call.cancel();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Message> {
    try {
      for await (const frame of this.#call as AsyncIterable<ServerFrame>) {
        const kind = frame.frame ?? "";
        const fields = fromWire(frame[kind as keyof ServerFrame] ?? {}) as object;
        yield {
          ...fields,
          kind: KINDS[kind] ?? kind.replace(/^./, (first) => first.toUpperCase()),
        };
      }
    } catch {
      // Whatever the status.
    }
  }
}

/** Returns what opens streams to an address. */
export function opener(address: string): () => Stream {
  const client = new WorkerService(address, credentials.createInsecure(), {
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 1_000,
  });
  return () => new Stream(client.Lease());
}

function fieldOf(kind: string): string {
  return FIELDS[kind] ?? kind.replace(/^./, (first) => first.toLowerCase());
}

/** Writes a message with proto-loader's names; an outcome is a field that has its kind's name. */
function toWire(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(toWire);
  }
  if (value === null || typeof value !== "object" || Buffer.isBuffer(value)) {
    return value;
  }
  const { kind: _kind, outcome, ...fields } = value as Partial<Message>;
  const message = Object.fromEntries(
    Object.entries(fields).map(([name, each]) => [
      name.replace(/_(.)/g, (_, first: string) => first.toUpperCase()),
      toWire(each),
    ]),
  );
  return outcome === undefined
    ? message
    : { ...message, [fieldOf((outcome as Message).kind)]: toWire(outcome) };
}

/** Reads a message: names in snake_case, durations in milliseconds, statuses by their last word. */
function fromWire(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(fromWire);
  }
  if (typeof value === "string") {
    return value.replace(/^SETTLEMENT_STATUS_/, "");
  }
  if (value === null || typeof value !== "object" || Buffer.isBuffer(value)) {
    return value;
  }
  if ("seconds" in value && "nanos" in value) {
    return Number(value.seconds) * MS_A_SECOND + Number(value.nanos) / NANOS_A_MS;
  }
  const message = Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      fromWire(each),
    ]),
  );
  return "lease_token" in message ? theLease(message) : message;
}

function theLease(message: Record<string, unknown>): object {
  const key = `${message.task_id} ${message.lease_token}`;
  const lease = leases.get(key) ?? message;
  leases.set(key, lease);
  return lease;
}
