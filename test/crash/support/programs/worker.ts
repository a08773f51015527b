// A worker made of the SDK, which writes down every frame and what its handlers did.
import { type Handler, ReleaseTaskError, Worker } from "@baton/worker-sdk";
import type { ChannelOptions } from "@grpc/grpc-js";
import { pause } from "../../../support/time/pause.ts";
import { History } from "../history/history.ts";
import { type Plan, QUEUES } from "../load/plan.ts";
import { recordLeaseStreams } from "../load/wire-recorder.ts";
import { readSettings, targetOf, whenToldToStop } from "./settings.ts";

const settings = readSettings();
const history = new History(settings.folder, settings.name);
const released = new Set<string>();
/** One that comes to take over ends what hangs elsewhere. */
const isRelief = settings.name.startsWith("relief");
const HANG_MS = 120_000;

const handle: Handler = async (task, context) => {
  const plan = task.payload as Plan;
  const lease = { taskId: task.id, token: context.leaseToken };
  history.add({ kind: "start", ...lease });
  try {
    const isFirst = context.crashes === 0 && !isRelief;
    const workMs = plan.hangsOnce && isFirst ? HANG_MS : plan.workMs;
    await pause(workMs, context.signal);
    context.signal.throwIfAborted();
    if (plan.releases > 0 && !released.has(task.id)) {
      released.add(task.id);
      throw new ReleaseTaskError(0);
    }
    if (context.attempt <= plan.failures) {
      throw new Error(`fails in attempt ${context.attempt}`);
    }
    return { op: plan.op, token: context.leaseToken, by: settings.name };
  } finally {
    history.add({ kind: "end", ...lease });
  }
};

const worker = new Worker({
  address: targetOf(settings.addresses),
  workerId: settings.name,
  concurrency: settings.concurrency,
  drainTimeoutMs: settings.drainTimeoutMs,
  connectTimeoutMs: 2_000,
  logger: { debug() {}, info() {}, warn() {}, error: console.error },
  // grpc-js takes interceptors among the options of a client.
  channelOptions: {
    interceptors: [recordLeaseStreams(settings.name, (happening) => history.add(happening))],
  } as unknown as ChannelOptions,
  queues: Object.fromEntries(QUEUES.map((queue) => [queue, handle])),
});

const running = worker.run();
console.log("ready");
await Promise.race([whenToldToStop(), running]);
await worker.stop();
await running;
history.close();
process.disconnect?.();
