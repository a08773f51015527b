import assert from "node:assert/strict";
import type { LeaseToken, TaskId } from "../../../server/src/domain/ids.ts";
import type { LeasedTask } from "../../../server/src/domain/task.ts";
import type { ServerFrame, StreamProbe, WorkerFrame } from "../../support/grpc/grpc-client.ts";
import { type GrpcUnderTest, startGrpc } from "../../support/grpc/grpc-server.ts";
import { ScriptedDispatcher } from "../../support/grpc/scripted-dispatcher.ts";
import { newSpec } from "../../support/task-factory.ts";
import { eventually } from "../../support/time/eventually.ts";
import { ManualClock } from "../../support/time/manual-clock.ts";

/** The first frame of a worker. */
export const HELLO: WorkerFrame = {
  hello: { protocolVersion: 1, workerId: "w", subscriptions: [{ queue: "email" }] },
};

/** A lease as it is on the wire, and as the dispatcher has it. */
export const LEASE = { taskId: "email~0123456789abcdef", leaseToken: "7" };
export const DOMAIN_LEASE = { taskId: LEASE.taskId as TaskId, token: 7 as LeaseToken };

/** The settlement that completes it. */
export const DONE = { lease: LEASE, complete: {} };

/** A transport before a dispatcher that does what the test says, on a clock that the test drives. */
export interface ScriptedGrpc {
  readonly dispatcher: ScriptedDispatcher;
  readonly clock: ManualClock;
  /** How many timers the transport itself has. */
  readonly ownTimers: number;
  readonly grpc: GrpcUnderTest;
}

/** Starts one. */
export async function startScriptedGrpc(): Promise<ScriptedGrpc> {
  const dispatcher = new ScriptedDispatcher();
  const clock = new ManualClock();
  const grpc = await startGrpc(dispatcher, { clock });
  return { dispatcher, clock, ownTimers: clock.pendingTimers, grpc };
}

/** Opens a lease stream that was welcomed. */
export async function opened({
  grpc,
}: ScriptedGrpc): Promise<StreamProbe<WorkerFrame, ServerFrame>> {
  const stream = grpc.client.lease();
  stream.send(HELLO);
  assert.equal((await stream.next()).frame, "welcome");
  return stream;
}

/** Waits until the dispatcher was told, once, that the stream is over. */
export async function closedOnce({ dispatcher }: ScriptedGrpc): Promise<void> {
  await eventually(() => assert.equal(dispatcher.session.kinds.at(-1), "closed"));
  assert.equal(dispatcher.session.kinds.filter((kind) => kind === "closed").length, 1);
}

/** The task of the lease. */
export function leasedTask(payload: Uint8Array = Buffer.from("payload")): LeasedTask {
  return {
    id: DOMAIN_LEASE.taskId,
    token: DOMAIN_LEASE.token,
    spec: newSpec({ payload, headers: { traceparent: "00" } }),
    attempt: 1,
    crashes: 0,
    checkpoint: Buffer.alloc(0),
    previousTraceparent: "",
    queuedMs: 1_234,
  };
}
