import { loadBaton } from "@baton/proto";
import { dumpMessage } from "./wire-dump.ts";

const { Lease } = loadBaton().baton.v1.WorkerService.service;
type WorkerFrame = Parameters<typeof Lease.requestSerialize>[0];
type ServerFrame = Parameters<typeof Lease.responseSerialize>[0];

/** One frame of the exchange: what is said of it, and the frame. */
type Step =
  | { readonly text: string; readonly worker: WorkerFrame }
  | { readonly text: string; readonly server: ServerFrame };

const lease = { taskId: "email~1", leaseToken: "1763806200000001" };

const steps: readonly Step[] = [
  {
    text: "The worker says hello:",
    worker: { hello: { protocolVersion: 1, workerId: "w1", subscriptions: [{ queue: "email" }] } },
  },
  {
    text: "The dispatcher answers with its terms:",
    server: {
      welcome: {
        sessionKey: "kq3vXb1R0pYt7Zc5Wm9LdA2e",
        leaseTtl: { seconds: 15 },
        heartbeatInterval: { seconds: 5 },
        maxMessageBytes: 4 * 1024 * 1024,
        maxPayloadBytes: 1024 * 1024,
      },
    },
  },
  { text: "The worker takes one task:", worker: { credit: { tasks: 1 } } },
  {
    text: "A task comes:",
    server: {
      grant: {
        tasks: [
          {
            lease,
            queue: "email",
            type: "send",
            payload: Buffer.from("hi"),
            headers: { tenant: "acme" },
            attempt: 1,
            maxAttempts: 5,
            attemptTimeout: { seconds: 600 },
            queued: { nanos: 2_000_000 },
          },
        ],
      },
    },
  },
  {
    text: "After five seconds the worker still runs it:",
    worker: { heartbeat: { leases: [{ lease }], sequence: 1 } },
  },
  { text: "Good for another 15 s:", server: { heartbeatAck: { sequence: 1 } } },
  {
    text: "It is done:",
    worker: {
      settle: { settlements: [{ lease, complete: { result: { value: Buffer.from("ok") } } }] },
    },
  },
  {
    text: "The dispatcher has it:",
    server: { settleAck: { results: [{ lease, status: "SETTLEMENT_STATUS_OK" }] } },
  },
  { text: "SIGTERM. The worker goes:", worker: { drain: { reason: "deploy" } } },
  { text: "No grant follows; the worker half-closes:", server: { drainAck: {} } },
];

/** A session from hello to drain with its bytes, as lines of Markdown. */
export function workedExchange(): string[] {
  return steps.flatMap((step) => {
    const lines =
      "worker" in step
        ? dumpMessage("WorkerFrame", Lease.requestSerialize(step.worker))
        : dumpMessage("ServerFrame", Lease.responseSerialize(step.server));
    return [step.text, "", "```", ...lines, "```", ""];
  });
}
