import { type BatonRoot, loadBaton } from "@baton/proto";
import type { ServiceDefinition } from "@grpc/grpc-js";

type WorkerService = BatonRoot["baton"]["v1"]["WorkerService"]["service"];
type LeaseMethod = WorkerService["Lease"];

/** What a worker sends, decoded. */
export type WorkerFrame = ReturnType<LeaseMethod["requestDeserialize"]>;

/** What a dispatcher sends. */
export type ServerFrame = Parameters<LeaseMethod["responseSerialize"]>[0];

/** A worker's Hello, decoded. */
export type Hello = NonNullable<WorkerFrame["hello"]>;

/** The outcome of one attempt, decoded. */
export type Settlement = NonNullable<WorkerFrame["settle"]>["settlements"][number];

/** What becomes of a settlement, as the worker is told. */
export type SettlementResult = NonNullable<
  NonNullable<ServerFrame["settleAck"]>["results"]
>[number];

/** A worker's settlements without a stream, decoded. */
export type SettleRequest = ReturnType<WorkerService["Settle"]["requestDeserialize"]>;

/** A lease on the wire; the token is decimal. */
export interface LeaseRef {
  readonly taskId: string;
  readonly leaseToken: string;
}

const service = loadBaton().baton.v1.WorkerService.service;

/** The service whose Lease frames may also be given as bytes, to send what no library would. */
export const rawService: ServiceDefinition = {
  ...service,
  Lease: {
    ...service.Lease,
    responseSerialize: (frame: ServerFrame | Buffer): Buffer =>
      Buffer.isBuffer(frame) ? frame : service.Lease.responseSerialize(frame),
  },
};

/** Returns the bytes of a frame. */
function encodeFrame(frame: ServerFrame): Buffer {
  return service.Lease.responseSerialize(frame);
}

/** Returns a length-delimited field: the way to write fields that the protocol does not have. */
export function encodeField(number: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

/**
 * Returns the bytes of a Grant of one task with a field appended that the protocol does not have, in
 * the task, in the grant and in the frame.
 */
export function encodeGrantWith(frame: ServerFrame, unknownField: Buffer): Buffer {
  const task = contentOf(contentOf(encodeFrame(frame)));
  const grant = Buffer.concat([encodeField(1, Buffer.concat([task, unknownField])), unknownField]);
  return Buffer.concat([encodeField(2, grant), unknownField]);
}

/** Returns a lease as one word, to compare and to index by. */
export function keyOf(lease: LeaseRef): string {
  return `${lease.taskId} ${lease.leaseToken}`;
}

/** Returns a protobuf duration. */
export function duration(ms: number): { seconds: number; nanos: number } {
  return { seconds: Math.trunc(ms / 1000), nanos: (ms % 1000) * 1_000_000 };
}

/** Returns what a message's one length-delimited field holds. */
function contentOf(message: Buffer): Buffer {
  const lengthEnd = message.findIndex((byte, at) => at > 0 && byte < 0x80);
  return message.subarray(lengthEnd + 1);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) {
    bytes.push((rest % 0x80) + 0x80);
  }
  return Buffer.from([...bytes, rest]);
}
