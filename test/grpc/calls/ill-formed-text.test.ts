import assert from "node:assert/strict";
import { join } from "node:path";
import { loadBaton, protoFiles, protoRoot, unpackDetails } from "@baton/proto";
import { status } from "@grpc/grpc-js";
import protobuf from "protobufjs";
import {
  type CallEnd,
  failureOf,
  readDetails,
  type ServerFrame,
  StreamProbe,
} from "../../support/grpc/grpc-client.ts";
import { type BatonUnderTest, startBaton } from "../../support/grpc/grpc-server.ts";

const messages = loadBaton().baton.v1;
const root = new protobuf.Root();
root.resolvePath = (_, target) =>
  target.startsWith("google/protobuf/") ? target : join(protoRoot, target);
root.loadSync([...protoFiles]);

const MARKER = "@@@";
/** A lone surrogate as a client in another language may send it: U+D83D in three bytes. */
const SURROGATE_BYTES = Buffer.from([0xed, 0xa0, 0xbd]);

const LEASE = { taskId: "email~0123456789abcdef", leaseToken: 1 };

/** What makes a message valid but for the field in question. */
const VALID: Readonly<Record<string, object>> = {
  TaskSpec: { queue: "email", type: "send" },
  Hello: {
    protocolVersion: 1,
    workerId: "w",
    resumeSession: "0123456789abcdef01234567",
    subscriptions: [{ queue: "email" }],
  },
  WorkerSubscription: { queue: "email" },
  LeaseRef: LEASE,
  HeldLease: { lease: LEASE },
  Settlement: { lease: LEASE },
  Failure: { type: "Error" },
  CancelRequest: { taskId: LEASE.taskId },
  ListRequest: { queue: "email" },
};

/** Text for people: taken as it comes, since a report that is refused helps nobody. */
const TAKEN = new Set([
  "CancelRequest.reason",
  "Settle.settlements.fail.failure.type",
  "Settle.settlements.fail.failure.message",
  "Settle.settlements.fail.failure.stack",
  "Settle.settlements.fail.failure.traceparent",
  "Settle.settlements.release.reason",
  "Heartbeat.leases.progress.note",
  "WorkerDrain.reason",
]);

const METHODS = {
  Submit: "TaskService",
  SubmitBatch: "TaskService",
  SubmitStream: "TaskService",
  AwaitStream: "TaskService",
  Get: "TaskService",
  List: "TaskService",
  Await: "TaskService",
  Watch: "TaskService",
  Cancel: "TaskService",
  Redrive: "TaskService",
  RunNow: "TaskService",
  Delete: "TaskService",
  Explain: "TaskService",
  GetQueue: "QueueService",
  ListQueues: "QueueService",
  UpdateQueue: "QueueService",
  PauseQueue: "QueueService",
  ResumeQueue: "QueueService",
  PutQueueKey: "QueueService",
  ListQueueKeys: "QueueService",
  CountDead: "QueueService",
  DeleteQueue: "QueueService",
  ListWorkers: "WorkerAdminService",
  DrainWorker: "WorkerAdminService",
} as const;

interface TextField {
  readonly path: string;
  /** A message that is valid but for the marker in the field. */
  readonly message: Record<string, unknown>;
}

/** Finds every string in a message, the strings of the messages in it and both sides of maps included. */
function textFieldsOf(type: protobuf.Type): TextField[] {
  return type.fieldsArray.flatMap((field) => {
    field.resolve();
    const base = structuredClone(VALID[type.name] ?? {});
    const wrap = (path: string, value: unknown): TextField => ({
      path: path === "" ? field.name : `${field.name}.${path}`,
      message: { ...base, [field.name]: field.repeated ? [value] : value },
    });
    if (field instanceof protobuf.MapField) {
      return [wrap("key", { [MARKER]: "v" }), wrap("value", { k: MARKER })];
    }
    if (field.type === "string") {
      return [wrap("", MARKER)];
    }
    return field.resolvedType instanceof protobuf.Type
      ? textFieldsOf(field.resolvedType).map(({ path, message }) => wrap(path, message))
      : [];
  });
}

function typeOf(name: string): protobuf.Type {
  return root.lookupType(`baton.v1.${name}`);
}

function encode(type: protobuf.Type, message: Record<string, unknown>): Buffer {
  const bytes = Buffer.from(type.encode(type.fromObject(message)).finish());
  const at = bytes.indexOf(MARKER);
  assert.ok(at >= 0, "the marker is in the message");
  SURROGATE_BYTES.copy(bytes, at);
  return bytes;
}

function isRefused({ code, reason, message }: CallEnd): boolean {
  assert.ok(message.isWellFormed());
  const known = ["INVALID_FIELD", "INVALID_PAGE_TOKEN"];
  return code === "INVALID_ARGUMENT" && known.includes(reason);
}

function firstItemOf(
  message: "SubmitBatchResponse" | "SubmitStreamResponse" | "AwaitStreamResponse",
  bytes: Buffer,
): CallEnd {
  const [result] = messages[message].deserialize(bytes).results;
  assert.ok(result?.error);
  const { code, message: text, details } = result.error;
  const name = status[code] as CallEnd["code"];
  return { code: name, message: text, ...readDetails(unpackDetails(details)) };
}

describe("Ill-formed text", () => {
  let baton: BatonUnderTest;

  before(async () => {
    baton = await startBaton();
  });

  after(() => baton?.stop());

  function open(path: string): { write(bytes: Buffer): void; probe: StreamProbe<Buffer, Buffer> } {
    const asItIs = (bytes: Buffer): Buffer => bytes;
    const call = baton.client.plain.makeBidiStreamRequest(path, asItIs, asItIs);
    return { write: (bytes) => call.write(bytes), probe: new StreamProbe(call) };
  }

  /** How a request is refused; null where it is not. */
  async function refusalOf(method: keyof typeof METHODS, bytes: Buffer): Promise<CallEnd | null> {
    const path = `/baton.v1.${METHODS[method]}/${method}`;
    if (method === "SubmitBatch") {
      return firstItemOf("SubmitBatchResponse", await baton.client.raw(path, bytes));
    }
    if (method === "SubmitStream" || method === "AwaitStream" || method === "Watch") {
      const { write, probe } = open(path);
      write(bytes);
      probe.halfClose();
      return method === "Watch"
        ? probe.ended
        : firstItemOf(`${method}Response`, await probe.next());
    }
    const failure = await failureOf(baton.client.raw(path, bytes));
    return failure.reason === "TASK_NOT_FOUND" ? null : failure;
  }

  for (const method of Object.keys(METHODS) as (keyof typeof METHODS)[]) {
    const type = typeOf(`${method}Request`);
    for (const { path, message } of textFieldsOf(type)) {
      const isTaken = TAKEN.has(`${type.name}.${path}`);
      it(`is ${isTaken ? "taken" : "refused"} in ${type.name}.${path}`, async () => {
        const refusal = await refusalOf(method, encode(type, message));
        assert.equal(refusal === null, isTaken, JSON.stringify(refusal));
        assert.ok(refusal === null || isRefused(refusal), JSON.stringify(refusal));
      });
    }
  }

  const frames = {
    hello: "Hello",
    heartbeat: "Heartbeat",
    settle: "Settle",
    drain: "WorkerDrain",
  } as const;
  const frameType = typeOf("WorkerFrame");

  function frameOf(frame: object): Buffer {
    return Buffer.from(frameType.encode(frameType.fromObject(frame)).finish());
  }

  /** Sends a frame, then a heartbeat, and says what came first: an end, a REJECTED, or the answer. */
  async function takes(kind: keyof typeof frames, bytes: Buffer): Promise<boolean> {
    const { write, probe } = open("/baton.v1.WorkerService/Lease");
    if (kind !== "hello") {
      const { resumeSession: _, ...hello } = VALID.Hello as { resumeSession: string };
      write(frameOf({ hello }));
    }
    write(bytes);
    write(frameOf({ heartbeat: { sequence: 7 } }));
    try {
      for (;;) {
        const frame: ServerFrame = messages.ServerFrame.deserialize(await probe.next());
        const [result] = frame.settleAck?.results ?? [];
        if (result?.status === "SETTLEMENT_STATUS_REJECTED") {
          return false;
        }
        if (frame.heartbeatAck?.sequence === 7) {
          return true;
        }
      }
    } catch {
      assert.ok(isRefused(await probe.ended), JSON.stringify(await probe.ended));
      return false;
    } finally {
      probe.cancel();
    }
  }

  for (const kind of Object.keys(frames) as (keyof typeof frames)[]) {
    const type = typeOf(frames[kind]);
    for (const { path, message } of textFieldsOf(type)) {
      const isTaken = TAKEN.has(`${type.name}.${path}`);
      it(`is ${isTaken ? "taken" : "refused"} in ${type.name}.${path}`, async () => {
        const bytes = encode(frameType, { [kind]: message });
        assert.equal(await takes(kind, bytes), isTaken);
      });
    }
  }

  it("leaves the dispatcher whole", async () => {
    assert.deepEqual(
      baton.log.filter(({ level }) => level === "error"),
      [],
    );
    const { receipt } = await baton.client.task("Submit", { task: { queue: "a", type: "b" } });
    assert.notEqual(receipt?.taskId, "");
  });
});
