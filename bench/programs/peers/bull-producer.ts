import { Queue, QueueEvents } from "bullmq";
import { answerCommands } from "../commands.ts";
import { inParallel, payloadOf, TYPE } from "../load.ts";
import { atRate, type Latencies } from "../pace.ts";

interface Submits {
  readonly queues: readonly string[];
  readonly count: number;
  readonly payloadBytes: number;
}

/** Bulks under way at once: more of them did not make it faster. */
const BULKS_AT_ONCE = 4;
const connection = { host: "127.0.0.1", port: Number(process.argv[2]) };
const queues = new Map<string, Queue>();

answerCommands({ submitBulk, submitEach, submitAtRate });

/** `addBulk` of 100. */
async function submitBulk({ queues: names, count, payloadBytes }: Submits): Promise<void> {
  const data = payloadOf(payloadBytes);
  const size = Math.max(1, Math.min(100, Math.floor(2_000_000 / payloadBytes)));
  const queue = queueOf(names[0] ?? "");
  await inParallel(Math.ceil(count / size), BULKS_AT_ONCE, (at) => {
    const length = Math.min(size, count - at * size);
    return queue.addBulk(Array.from({ length }, () => ({ name: TYPE, data })));
  });
}

/** `add`, each awaited by one of so many loops. */
function submitEach(submits: Submits & { readonly inFlight: number }): Promise<void> {
  const { queues: names, count, payloadBytes, inFlight } = submits;
  const data = payloadOf(payloadBytes);
  const queue = queueOf(names[0] ?? "");
  return inParallel(count, inFlight, () => queue.add(TYPE, data));
}

/** One task after the other at a steady rate, each awaited; how long each took to be seen done. */
async function submitAtRate(load: {
  readonly queue: string;
  readonly count: number;
  readonly perSecond: number;
}): Promise<Latencies> {
  const queue = queueOf(load.queue);
  // From the first event on: by default it is from when it began to read, and a task that ended before
  // that is awaited for ever.
  const events = new QueueEvents(load.queue, { connection, lastEventId: "0-0" });
  await events.waitUntilReady();
  try {
    return await atRate(load.count, load.perSecond, async (payload) => {
      const added = await queue.add(TYPE, payload);
      await added.waitUntilFinished(events);
    });
  } finally {
    await events.close();
  }
}

function queueOf(name: string): Queue {
  let queue = queues.get(name);
  if (queue === undefined) {
    queue = new Queue(name, { connection });
    queues.set(name, queue);
  }
  return queue;
}
