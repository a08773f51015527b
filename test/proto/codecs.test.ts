import assert from "node:assert/strict";
import { loadBaton } from "@baton/proto";
import fc from "fast-check";
import { wellFormedGarbage } from "../support/grpc/garbage.ts";

const { TaskService, WorkerService, ...messages } = loadBaton().baton.v1;

interface Plain {
  serialize(message: object): Buffer;
  deserialize(bytes: Buffer): object;
}

interface Fast {
  encode(message: object): Buffer;
  decode(bytes: Buffer): object;
}

/** Each message with what protobufjs makes of it, and its codec. */
const pairs: Readonly<Record<string, { readonly plain: Plain; readonly fast: Fast }>> = {
  ...sidesOf(TaskService.service.Submit, "SubmitRequest", "SubmitResponse"),
  ...sidesOf(TaskService.service.SubmitBatch, "SubmitBatchRequest", "SubmitBatchResponse"),
  ...sidesOf(TaskService.service.SubmitStream, "SubmitStreamRequest", "SubmitStreamResponse"),
  ...sidesOf(TaskService.service.AwaitStream, "AwaitStreamRequest", "AwaitStreamResponse"),
  ...sidesOf(WorkerService.service.Lease, "WorkerFrame", "ServerFrame"),
  ...sidesOf(WorkerService.service.Settle, "SettleRequest", "SettleResponse"),
};

type MessageName = keyof typeof messages;

interface Method {
  requestSerialize(message: never): Buffer;
  requestDeserialize(bytes: Buffer): object;
  responseSerialize(message: never): Buffer;
  responseDeserialize(bytes: Buffer): object;
}

function sidesOf(method: Method, request: MessageName, response: MessageName) {
  return {
    [request]: {
      plain: messages[request] as unknown as Plain,
      fast: { encode: method.requestSerialize, decode: method.requestDeserialize } as Fast,
    },
    [response]: {
      plain: messages[response] as unknown as Plain,
      fast: { encode: method.responseSerialize, decode: method.responseDeserialize } as Fast,
    },
  };
}

const text = fc.oneof(
  fc.constantFrom("", "mail", "bench", "application/json", "x".repeat(48), "x".repeat(49)),
  fc.string({ maxLength: 200 }),
  wellFormedGarbage(60),
);
const payload = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(127, 128, 16_383, 16_384, 100_000).map((length) => Buffer.alloc(length, "y")),
);
const long = fc.oneof(
  fc.maxSafeNat().map(String),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
);
const signedLong = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
const uint32 = fc.oneof(fc.nat(200), fc.nat(0xffff_ffff));
const int32 = fc.integer();
const pairsOfText = fc
  .dictionary(text, text, { maxKeys: 3 })
  .map((map) => Object.fromEntries(Object.entries(map)));
const duration = fc.record({ seconds: signedLong, nanos: int32 }, { requiredKeys: [] });

function some<Value>(model: Record<string, fc.Arbitrary<Value>>): fc.Arbitrary<object> {
  return fc.record(model as Record<string, fc.Arbitrary<unknown>>, { requiredKeys: [] });
}

const lease = some({ taskId: text, leaseToken: long } as Record<string, fc.Arbitrary<unknown>>);
const result = some({ value: payload, contentType: text } as Record<string, fc.Arbitrary<unknown>>);
const retryPolicy = some<unknown>({
  maxAttempts: uint32,
  initialBackoff: duration,
  maxBackoff: duration,
  multiplier: fc.double(),
  maxCrashes: uint32,
  nonRetryableTypes: fc.array(text, { maxLength: 3 }),
});
const spec = some<unknown>({
  queue: text,
  type: text,
  payload,
  contentType: text,
  headers: pairsOfText,
  labels: pairsOfText,
  requestId: text,
  priority: uint32,
  delay: duration,
  startDeadline: duration,
  attemptTimeout: duration,
  retryPolicy,
  retention: duration,
  deduplicationWindow: duration,
  orderingKey: text,
  concurrencyKey: text,
});
const status = some<unknown>({
  code: int32,
  message: text,
  details: fc.array(some<unknown>({ type_url: text, value: payload }), { maxLength: 2 }),
});
const receipt = some<unknown>({ taskId: text, deduplicated: fc.boolean() });
const outcome = fc.oneof(some({ receipt }), some({ error: status }));
const progress = some<unknown>({ fraction: fc.double(), note: text });
const failure = some<unknown>({ type: text, message: text, stack: text });
const awaited = some<unknown>({
  id: text,
  queue: text,
  type: text,
  state: fc.constantFrom("TASK_STATE_SUCCEEDED", "TASK_STATE_DEAD", 0, 5, 77),
  priority: uint32,
  payload,
  contentType: text,
  headers: pairsOfText,
  labels: pairsOfText,
  requestId: text,
  attempt: uint32,
  maxAttempts: uint32,
  crashes: uint32,
  deliveries: uint32,
  submitTime: duration,
  dueTime: duration,
  startTime: duration,
  finishTime: duration,
  purgeTime: duration,
  progress,
  result,
  lastFailure: failure,
  workerId: text,
  cancelReason: text,
  ahead: long,
});
const settlement = fc.oneof(
  some<unknown>({ lease, complete: some({ result }) }),
  some<unknown>({
    lease,
    fail: some<unknown>({ failure, nonRetryable: fc.boolean(), retryAfter: duration }),
    checkpoint: payload,
  }),
  some<unknown>({ lease, release: some<unknown>({ reason: text, delay: duration }) }),
);
const settlements = fc.array(settlement, { maxLength: 4 });
const settled = some<unknown>({
  lease,
  status: fc.constantFrom("SETTLEMENT_STATUS_OK", "SETTLEMENT_STATUS_STALE", 0, 3, 77),
  reason: text,
});
const leases = fc.array(lease, { maxLength: 4 });
const granted = some<unknown>({
  lease,
  queue: text,
  type: text,
  payload,
  contentType: text,
  headers: pairsOfText,
  attempt: uint32,
  maxAttempts: uint32,
  crashes: uint32,
  attemptTimeout: duration,
  checkpoint: payload,
  queued: duration,
  shardIndex: uint32,
  shardTotal: uint32,
});

/** Random messages, by the name of their type. */
const samples: Readonly<Record<string, fc.Arbitrary<object>>> = {
  SubmitRequest: some({ task: spec }),
  SubmitResponse: some({ receipt }),
  SubmitBatchRequest: some({ tasks: fc.array(spec, { maxLength: 3 }) }),
  SubmitBatchResponse: some({ results: fc.array(outcome, { maxLength: 3 }) }),
  SubmitStreamRequest: some({
    items: fc.array(some<unknown>({ sequence: long, task: spec }), { maxLength: 3 }),
  }),
  SubmitStreamResponse: some({
    results: fc.array(
      fc.oneof(
        some<unknown>({ sequence: long, receipt }),
        some<unknown>({ sequence: long, error: status }),
      ),
      { maxLength: 3 },
    ),
  }),
  AwaitStreamRequest: some({
    items: fc.array(some<unknown>({ sequence: long, taskId: text }), { maxLength: 3 }),
    forgets: fc.array(some<unknown>({ sequence: long }), { maxLength: 3 }),
  }),
  AwaitStreamResponse: some({
    results: fc.array(
      fc.oneof(
        some<unknown>({ sequence: long, task: awaited }),
        some<unknown>({ sequence: long, error: status }),
      ),
      { maxLength: 3 },
    ),
  }),
  WorkerFrame: fc.oneof(
    some({
      hello: some<unknown>({
        protocolVersion: uint32,
        workerId: text,
        resumeSession: text,
        subscriptions: fc.array(some<unknown>({ queue: text, types: fc.array(text) }), {
          maxLength: 2,
        }),
        held: leases,
        labels: pairsOfText,
        sdk: text,
      }),
    }),
    some({ credit: some({ tasks: uint32 }) }),
    some({
      heartbeat: some<unknown>({
        leases: fc.array(some<unknown>({ lease, progress, checkpoint: payload }), { maxLength: 3 }),
        sequence: uint32,
      }),
    }),
    some({ settle: some({ settlements }) }),
    some({ drain: some({ reason: text }) }),
  ),
  ServerFrame: fc.oneof(
    some({
      welcome: some<unknown>({
        sessionKey: text,
        leaseTtl: duration,
        heartbeatInterval: duration,
        kept: leases,
        lost: leases,
        maxMessageBytes: uint32,
        maxPayloadBytes: uint32,
      }),
    }),
    some({ grant: some({ tasks: fc.array(granted, { maxLength: 4 }) }) }),
    some({ heartbeatAck: some<unknown>({ sequence: uint32, lost: leases, cancelled: leases }) }),
    some({ settleAck: some({ results: fc.array(settled, { maxLength: 4 }) }) }),
    some({ cancel: some<unknown>({ lease, reason: text }) }),
    some({
      drain: some<unknown>({ cause: fc.constantFrom("DRAIN_CAUSE_SHUTDOWN", 9), grace: duration }),
    }),
    some({ throttle: some<unknown>({ reason: text, retryAfter: duration }) }),
  ),
  SettleRequest: some({ settlements }),
  SettleResponse: some({ results: fc.array(settled, { maxLength: 4 }) }),
};

describe("the codecs of the methods that carry tasks", () => {
  for (const [name, { plain, fast }] of Object.entries(pairs)) {
    const sample = samples[name] ?? fc.constant({});

    it(`read a ${name} of protobufjs as protobufjs does`, () => {
      fc.assert(
        fc.property(sample, (message) => {
          const bytes = plain.serialize(message);
          assert.deepEqual(fast.decode(bytes), plain.deserialize(bytes));
        }),
      );
    });

    it(`write a ${name} that protobufjs reads as its own, in no more bytes`, () => {
      fc.assert(
        fc.property(sample, (message) => {
          const [bytes, expected] = [fast.encode(message), plain.serialize(message)];
          assert.deepEqual(plain.deserialize(bytes), plain.deserialize(expected));
          assert.ok(bytes.length <= expected.length);
        }),
      );
    });

    it(`throw nothing but a RangeError at bytes that are no ${name}`, () => {
      fc.assert(
        fc.property(sample, fc.uint8Array({ maxLength: 100 }), fc.nat(), (message, noise, at) => {
          const bytes = Buffer.from(plain.serialize(message));
          bytes.set(
            noise.subarray(0, bytes.length),
            at % (bytes.length + 1 - Math.min(noise.length, bytes.length)),
          );
          for (const broken of [
            bytes,
            bytes.subarray(0, at % (bytes.length + 1)),
            Buffer.from(noise),
          ]) {
            assert.ok(decoded(fast, broken) instanceof Object);
          }
        }),
      );
    });
  }

  it("keep messages apart that are written one after the other", () => {
    const { encode, decode } = pairOf("SubmitStreamRequest").fast;
    const written = Array.from({ length: 2_000 }, (_, at) => {
      const items = [
        { sequence: String(at), task: { queue: `queue-${at}`, payload: Buffer.alloc(at, at) } },
      ];
      return encode({ items });
    });
    for (const [at, bytes] of written.entries()) {
      const { items } = decode(bytes) as { items: { task: { queue: string; payload: Buffer } }[] };
      assert.equal(items[0]?.task.queue, `queue-${at}`);
      assert.deepEqual(items[0]?.task.payload, Buffer.alloc(at, at));
    }
  });

  it("forget a message that could not be written", () => {
    const { encode, decode } = pairOf("SubmitRequest").fast;
    assert.throws(() => encode({ task: { queue: "mail", payload: Symbol("no bytes") } }));
    assert.deepEqual(decode(encode({})), { task: null });
  });

  it("count the last member of a oneof that is on the wire", () => {
    const { plain, fast } = pairOf("WorkerFrame");
    const frames = [{ credit: { tasks: 1 } }, { drain: { reason: "" } }, { credit: { tasks: 2 } }];
    const bytes = Buffer.concat(frames.map((frame) => plain.serialize(frame)));
    assert.deepEqual(fast.decode(bytes), { credit: { tasks: 2 }, frame: "credit" });
  });
});

function pairOf(name: string): { readonly plain: Plain; readonly fast: Fast } {
  const pair = pairs[name];
  assert.ok(pair !== undefined, name);
  return pair;
}

function decoded({ decode }: Fast, bytes: Buffer): object {
  try {
    return decode(bytes);
  } catch (error) {
    assert.ok(error instanceof RangeError, String(error));
    return error;
  }
}
