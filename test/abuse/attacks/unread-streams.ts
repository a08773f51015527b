import { loadBaton } from "@baton/proto";
import { grpcMessage, workerFrame } from "../../crash/support/load/hostile-clients.ts";
import { type Attack, beginCall, nextTurn, openFrom } from "../support/attack.ts";

const { TaskService } = loadBaton().baton.v1;
const CALLS = 80;
const TASKS = "/baton.v1.TaskService";

/** Begins streams of every kind, has as much sent as may be, and lets nothing of it come. */
export const attack: Attack = {
  title: "80 each of Watch, AwaitStream, Lease and SubmitStream, of which nothing is read",
  async run({ address, from, loot }) {
    const hello = { protocolVersion: 1, workerId: "deaf", subscriptions: [{ queue: "loot" }] };
    const lease = Buffer.concat([workerFrame({ hello }), workerFrame({ credit: { tasks: 100 } })]);
    const watch = grpcMessage(
      TaskService.service.Watch.requestSerialize({ taskId: loot[0] ?? "" }),
    );
    const items = loot.map((taskId, sequence) => ({ taskId, sequence }));
    const awaits = grpcMessage(TaskService.service.AwaitStream.requestSerialize({ items }));
    const task = { queue: "unread", type: "unread" };
    const submits = grpcMessage(
      TaskService.service.SubmitStream.requestSerialize({ items: [{ sequence: 1, task }] }),
    );
    const submitting = from.flatMap((each) => {
      const session = openFrom(address, each, { initialWindowSize: 0 });
      for (let n = 0; n < CALLS; n += 1) {
        beginCall(session, `${TASKS}/Watch`).end(watch);
      }
      const others = openFrom(address, each, { initialWindowSize: 0 });
      for (let n = 0; n < CALLS; n += 1) {
        beginCall(others, `${TASKS}/AwaitStream`).write(awaits);
        beginCall(others, "/baton.v1.WorkerService/Lease").write(lease);
      }
      const submitter = openFrom(address, each, { initialWindowSize: 0 });
      return Array.from({ length: CALLS }, () => beginCall(submitter, `${TASKS}/SubmitStream`));
    });
    for (;;) {
      for (const stream of submitting) {
        if (!stream.writableNeedDrain && !stream.destroyed) {
          stream.write(submits);
        }
      }
      await nextTurn();
    }
  },
};
