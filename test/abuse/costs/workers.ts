import { randomBytes } from "node:crypto";
import { loadBaton } from "@baton/proto";
import {
  type Caller,
  type Cost,
  entries,
  madeUpId,
  type RawStream,
  times,
} from "../support/cost.ts";

const { TaskService, WorkerService } = loadBaton().baton.v1;
const { Lease, Settle } = WorkerService.service;
const ITEMS = 1_000;

type Frame = Parameters<typeof Lease.requestSerialize>[0];
type Settlement = NonNullable<NonNullable<Frame["settle"]>["settlements"]>[number];
type LeaseRef = { readonly taskId: string; readonly leaseToken: string | number };

const madeUp = (queueOf: (n: number) => string): LeaseRef[] =>
  times(ITEMS, (n) => ({ taskId: madeUpId(queueOf(n), n), leaseToken: 1 + n }));
const ofOne = madeUp(() => "one");
const ofMany = madeUp((n) => `many${n}`);
const completed = (lease: LeaseRef): Settlement => ({ lease, complete: {} });
const failed = (lease: LeaseRef): Settlement => ({ lease, fail: { failure: { type: "Error" } } });

function helloOf(queues: number, types: number): Frame {
  return {
    hello: {
      protocolVersion: 1,
      workerId: "w",
      subscriptions: times(queues, (q) => ({
        queue: `work${q}`,
        types: times(types, (n) => `type${n}`.padEnd(12, "x")),
      })),
      labels: entries(32, 16),
    },
  };
}

/** Opens a stream, says Hello and waits for Welcome. */
async function welcomed(caller: Caller, hello: Frame): Promise<RawStream> {
  const stream = caller.open(Lease.path);
  stream.write(Lease.requestSerialize(hello));
  await stream.next();
  return stream;
}

/** Sends a frame each time, and waits for so many acknowledged settlements, or for one answer. */
function framed(title: string, frame: Frame, acks: number): Cost {
  return {
    title,
    begin: async (caller) => {
      const stream = await welcomed(caller, helloOf(1, 1));
      const message = Lease.requestSerialize(frame);
      return async () => {
        stream.write(message);
        for (let answered = 0; answered < Math.max(1, acks); ) {
          const answer = await stream.next();
          if (answer === null) {
            throw new Error("the stream ended");
          }
          const { settleAck } = Lease.responseDeserialize(answer);
          answered += acks === 0 ? 1 : (settleAck?.results.length ?? 0);
        }
        return message.length;
      };
    },
  };
}

const settling = (settlements: Settlement[]): Frame => ({ settle: { settlements } });

export const costs: readonly Cost[] = [
  {
    title: "Lease: Hello, 64 queues of 128 types",
    begin: async (caller) => {
      const hello = helloOf(64, 128);
      const { length } = Lease.requestSerialize(hello);
      return async () => {
        const stream = await welcomed(caller, hello);
        stream.write(Lease.requestSerialize({ drain: {} }));
        stream.end();
        await stream.closed;
        return length;
      };
    },
  },
  {
    title: "Lease: Hello that holds 1,000 made up",
    begin: async (caller) => async () => {
      const hello: Frame = {
        hello: {
          protocolVersion: 1,
          workerId: "w",
          resumeSession: randomBytes(18).toString("base64url"),
          subscriptions: [{ queue: "one" }],
          held: ofMany,
        },
      };
      const stream = await welcomed(caller, hello);
      stream.cancel();
      await stream.closed;
      return Lease.requestSerialize(hello).length;
    },
  },
  framed(
    "Heartbeat, 1,000 made up, with notes",
    {
      heartbeat: {
        sequence: 1,
        leases: ofOne.map((lease) => ({ lease, progress: { note: "n".repeat(1_024) } })),
      },
    },
    0,
  ),
  {
    title: "Heartbeat, 1,000 held, with notes and checkpoints",
    begin: async (caller) => {
      const { stream, leases } = await withLeases(caller);
      return async (n) => {
        const message = Lease.requestSerialize({
          heartbeat: {
            sequence: n + 1,
            leases: leases.map((lease) => ({
              lease,
              progress: { note: `${n} `.padEnd(1_024, "n") },
              checkpoint: Buffer.alloc(2_048, n),
            })),
          },
        });
        stream.write(message);
        for (;;) {
          const answer = await stream.next();
          if (answer === null) {
            throw new Error("the stream ended");
          }
          if (Lease.responseDeserialize(answer).heartbeatAck) {
            return message.length;
          }
        }
      };
    },
  },
  {
    title: "Settle frame, 1,000 held, released and granted again",
    begin: async (caller) => {
      const held = await withLeases(caller);
      return async () => {
        const settlements = held.leases.map((lease) => ({ lease, release: {} }));
        const message = Lease.requestSerialize(settling(settlements));
        held.stream.write(message);
        held.stream.write(Lease.requestSerialize({ credit: { tasks: ITEMS } }));
        held.leases = await granted(held.stream);
        return message.length;
      };
    },
  },
  framed("Settle frame, 1,000 forged of one queue", settling(ofOne.map(completed)), ITEMS),
  framed("Settle frame, 1,000 forged of as many queues", settling(ofMany.map(completed)), ITEMS),
  framed("Settle frame, 1,000 forged failures of as many", settling(ofMany.map(failed)), ITEMS),
  {
    title: "Settle, 1,000 forged of as many queues",
    begin: async (caller) => {
      const sessionKey = randomBytes(18).toString("base64url");
      return () => caller.call(Settle, { sessionKey, settlements: ofMany.map(completed) });
    },
  },
  framed("Credit, that is answered by a Heartbeat's ack", { heartbeat: { sequence: 1 } }, 0),
];

async function withLeases(caller: Caller): Promise<{ stream: RawStream; leases: LeaseRef[] }> {
  const tasks = times(ITEMS, () => ({ queue: "work0", type: "type0".padEnd(12, "x") }));
  await caller.call(TaskService.service.SubmitBatch, { tasks });
  const stream = await welcomed(caller, helloOf(1, 1));
  stream.write(Lease.requestSerialize({ credit: { tasks: ITEMS } }));
  return { stream, leases: await granted(stream) };
}

async function granted(stream: RawStream): Promise<LeaseRef[]> {
  const leases: LeaseRef[] = [];
  while (leases.length < ITEMS) {
    const answer = await stream.next();
    if (answer === null) {
      throw new Error("the stream ended");
    }
    for (const { lease } of Lease.responseDeserialize(answer).grant?.tasks ?? []) {
      leases.push({ taskId: lease?.taskId ?? "", leaseToken: String(lease?.leaseToken) });
    }
  }
  return leases;
}
