import { loadBaton } from "@baton/proto";
import { type TaskClient as Client, TaskClient } from "@baton/worker-sdk";
import { credentials } from "@grpc/grpc-js";
import { answerCommands } from "./commands.ts";
import { inParallel, payloadOf, TYPE } from "./load.ts";
import { atRate, type Latencies } from "./pace.ts";

interface Submits {
  /** Tasks go to them in turn. */
  readonly queues: readonly string[];
  /** How many in a row go to one of them. */
  readonly inARow: number;
  readonly count: number;
  readonly payloadBytes: number;
  /** How many concurrency keys they have in turn. */
  readonly keys?: number;
  readonly keyPrefix?: string;
}

const address = process.argv[2] ?? "";
const client: Client = new TaskClient({ address, maxInFlight: 8_000, timeoutMs: 120_000 });
const { TaskService } = loadBaton().baton.v1;
const raw = new TaskService(address, credentials.createInsecure());

answerCommands({ submitFrames, submitMany, submitEach, submitUnary, submitDue, submitAtRate });

/** Frames of 100 over `SubmitStream`, as any language can write them; 40 frames unanswered at most. */
function submitFrames(submits: Submits): Promise<void> {
  const { queues, inARow, count, payloadBytes, keys, keyPrefix = "k" } = submits;
  const frame = Math.max(1, Math.min(100, Math.floor(2_000_000 / payloadBytes)));
  const maxUnanswered = Math.max(1, Math.min(4_000, 16_000_000 / payloadBytes));
  const payload = Buffer.from(JSON.stringify(payloadOf(payloadBytes)));
  return new Promise((resolve, reject) => {
    const call = raw.SubmitStream();
    let sent = 0;
    let answered = 0;
    const send = (): void => {
      while (sent < count && sent - answered < maxUnanswered) {
        const items = [];
        for (let at = 0; at < frame && sent < count; at += 1) {
          const queue = queues[Math.floor(sent / inARow) % queues.length] ?? "";
          const concurrencyKey = keys === undefined ? "" : `${keyPrefix}${sent % keys}`;
          sent += 1;
          const task = {
            queue,
            type: TYPE,
            payload,
            contentType: "application/json",
            concurrencyKey,
          };
          items.push({ sequence: sent, task });
        }
        call.write({ items });
      }
    };
    call.on("data", ({ results }: { results: { outcome?: string }[] }) => {
      answered += results.length;
      if (results.some(({ outcome }) => outcome !== "receipt")) {
        reject(new Error(`refused: ${JSON.stringify(results[0])}`));
      }
      if (answered === count) {
        call.end();
        resolve();
      } else {
        send();
      }
    });
    call.on("error", reject);
    send();
  });
}

/** `submitMany` of the SDK. */
async function submitMany({ queues, count, payloadBytes }: Submits): Promise<void> {
  const payload = payloadOf(payloadBytes);
  const tasks = Array.from({ length: count }, (_, at) => ({
    queue: queues[at % queues.length] ?? "",
    type: TYPE,
    payload,
  }));
  for await (const outcome of client.submitMany(tasks)) {
    if (outcome.kind === "refused") {
      throw outcome.error;
    }
  }
}

/** `submit` of the SDK, each awaited by one of so many loops. */
function submitEach(submits: Submits & { readonly inFlight: number }): Promise<void> {
  const { queues, count, payloadBytes, inFlight } = submits;
  const payload = payloadOf(payloadBytes);
  return inParallel(count, inFlight, (at) =>
    client.submit(queues[at % queues.length] ?? "", TYPE, payload),
  );
}

/** The unary call, so many under way. */
function submitUnary(submits: Submits & { readonly inFlight: number }): Promise<void> {
  const { queues, count, payloadBytes, inFlight } = submits;
  const payload = Buffer.from(JSON.stringify(payloadOf(payloadBytes)));
  return inParallel(count, inFlight, (at) => {
    const queue = queues[at % queues.length] ?? "";
    const task = { queue, type: TYPE, payload, contentType: "application/json" };
    return new Promise<void>((resolve, reject) => {
      raw.submit({ task }, (error) => (error === null ? resolve() : reject(error)));
    });
  });
}

/** Tasks that all become due at one moment. */
async function submitDue(submits: Submits & { readonly dueAtMs: number }): Promise<void> {
  const { queues, count, payloadBytes, dueAtMs } = submits;
  const payload = payloadOf(payloadBytes);
  await inParallel(count, 2_000, (at) =>
    client.submit(queues[at % queues.length] ?? "", TYPE, payload, { runAtMs: dueAtMs }),
  );
}

/** One task after the other at a steady rate, each awaited; how long each took to be seen done. */
function submitAtRate(load: {
  readonly queue: string;
  readonly count: number;
  readonly perSecond: number;
}): Promise<Latencies> {
  return atRate(load.count, load.perSecond, async (payload) => {
    const { taskId } = await client.submit(load.queue, TYPE, payload);
    await client.await(taskId);
  });
}
