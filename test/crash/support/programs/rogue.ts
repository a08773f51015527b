// A worker without the SDK that does what no worker should: it leaves, and settles what it lost.
import { loadBaton } from "@baton/proto";
import { type ClientOptions, credentials, type ServiceError } from "@grpc/grpc-js";
import { newSessionKey } from "../../../../server/src/domain/ids.ts";
import type { Received, Sent } from "../../../../worker-sdk/src/values/wire.ts";
import { SeededRandom } from "../../../support/seeded-random.ts";
import { pause } from "../../../support/time/pause.ts";
import type { Happening } from "../history/events.ts";
import { History } from "../history/history.ts";
import { QUEUES } from "../load/plan.ts";
import {
  recordLeaseStreams,
  recordSettlements,
  recordSettleResults,
  type SentOutcomes,
} from "../load/wire-recorder.ts";
import { readSettings, targetOf, whenToldToStop } from "./settings.ts";

type Settlement = NonNullable<Sent<"Settle">["settlements"]>[number];

/** A task that was granted, and what proves that it was. */
interface Granted {
  readonly task: Received<"GrantedTask">;
  readonly sessionKey: string;
}

const settings = readSettings();
const random = new SeededRandom(settings.seed);
const history = new History(settings.folder, settings.name);
const record = (happening: Happening): void => history.add(happening);
const client = new (loadBaton().baton.v1.WorkerService)(
  targetOf(settings.addresses),
  credentials.createInsecure(),
  {
    interceptors: [recordLeaseStreams(settings.name, record)],
    "grpc.max_reconnect_backoff_ms": 500,
  } as ClientOptions,
);
let isStopping = false;

/** Takes one task, and settles it late, twice or never; each stream is left in the middle. */
async function misbehave(): Promise<void> {
  const granted = await takeOne();
  if (granted === null) {
    return;
  }
  const { task, sessionKey } = granted;
  const result = {
    value: Buffer.from(`rogue ${task.lease?.leaseToken}`),
    contentType: "text/plain",
  };
  const settlement: Settlement = { lease: task.lease ?? null, complete: { result } };
  const outdated: Settlement = {
    lease: {
      taskId: task.lease?.taskId ?? "",
      leaseToken: String(Number(task.lease?.leaseToken) - random.between(1, 1_000)),
    },
    complete: { result: { value: Buffer.from("outdated"), contentType: "text/plain" } },
  };
  await settle([outdated], sessionKey);
  await forge(task);
  switch (random.between(0, 3)) {
    case 0:
      await settle([settlement], sessionKey);
      await settle([settlement], sessionKey);
      break;
    case 1:
      await settle([{ lease: task.lease ?? null, release: { reason: "rogue" } }], sessionKey);
      await settle([settlement], sessionKey);
      break;
    default:
      await pause(random.between(800, 3_500));
      await settle([settlement], sessionKey);
  }
  await forge(task);
}

/** Settles a lease as somebody who knows its token, and has a session, but not the one that was granted it. */
function forge({ lease }: Received<"GrantedTask">): Promise<void> {
  const value = Buffer.from("forged");
  const outcome = random.pick([
    { complete: { result: { value, contentType: "text/plain" } } },
    { release: { reason: "forged" } },
    { fail: { failure: { type: "Forged", message: "forged" } } },
  ]);
  return settle([{ lease: lease ?? null, ...outcome }], newSessionKey(), true);
}

/** Opens a stream, takes a task and breaks the stream; null where none came. */
function takeOne(): Promise<Granted | null> {
  return new Promise((resolve) => {
    const call = client.lease();
    const giveUp = pause(1_500).then(() => finish(null));
    let sessionKey = "";
    const finish = (granted: Granted | null): void => {
      call.cancel();
      resolve(granted);
      void giveUp;
    };
    call.on("error", () => finish(null));
    call.on("end", () => finish(null));
    call.on("data", (frame: Received<"ServerFrame">) => {
      if (frame.welcome) {
        sessionKey = frame.welcome.sessionKey;
        call.write({ credit: { tasks: 1 } });
      }
      const task = frame.grant?.tasks[0];
      if (task !== undefined) {
        finish({ task, sessionKey });
      }
    });
    call.write({
      hello: {
        protocolVersion: 1,
        workerId: settings.name,
        subscriptions: QUEUES.map((queue) => ({ queue })),
      },
    });
  });
}

function settle(settlements: Settlement[], sessionKey: string, isForged = false): Promise<void> {
  const sent: SentOutcomes = new Map();
  recordSettlements(settlements, record, sent, isForged);
  return new Promise((resolve) => {
    client.settle(
      { settlements, sessionKey },
      { deadline: Date.now() + 2_000 },
      (_error: ServiceError | null, answer?: Received<"SettleResponse">) => {
        recordSettleResults(answer?.results ?? [], record, sent, isForged);
        resolve();
      },
    );
  });
}

async function work(): Promise<void> {
  while (!isStopping) {
    await misbehave();
    await pause(random.between(50, 400));
  }
}

const working = Promise.all([work(), work()]);
console.log("ready");
await whenToldToStop();
isStopping = true;
await working;
client.close();
history.close();
process.disconnect?.();
