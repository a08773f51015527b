import { Session } from "node:inspector/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadBaton } from "@baton/proto";
import { credentials } from "@grpc/grpc-js";
import { startTestDispatcher } from "../test/support/dispatcher.ts";

// Which files of the server run code for one Submit, and for one grant, by V8's own count: what a
// reader has to pass who follows a call from the wire to the store and back.
const SOURCES = join(import.meta.dirname, "../server/src/");
const MINUTE_MS = 60_000;
const baton = loadBaton().baton.v1;
const dispatcher = await startTestDispatcher({
  settings: {
    leaseTtlMs: 10 * MINUTE_MS,
    heartbeatIntervalMs: 3 * MINUTE_MS,
    sweepIntervalMs: MINUTE_MS,
    idleSweepIntervalMs: MINUTE_MS,
    longestSweepIntervalMs: MINUTE_MS,
    pollIntervalMs: MINUTE_MS,
  },
});
const tasks = new baton.TaskService(dispatcher.address, credentials.createInsecure());
const workers = new baton.WorkerService(dispatcher.address, credentials.createInsecure());
const inspector = new Session();
inspector.connect();
await inspector.post("Profiler.enable");
await inspector.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });

const submit = (queue: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const request = { task: { queue, type: "resize", payload: Buffer.from("{}") } };
    tasks.Submit(request, (error, answer) => (error ? reject(error) : resolve(answer)));
  });

/** The files of which functions were called since the last time. */
async function filesRun(): Promise<string[]> {
  const { result } = await inspector.post("Profiler.takePreciseCoverage");
  return result
    .filter(({ url, functions }) => {
      const isOurs = url.startsWith("file:") && fileURLToPath(url).startsWith(SOURCES);
      return (
        isOurs &&
        functions.some(
          ({ functionName, ranges }) => functionName !== "" && (ranges[0]?.count ?? 0) > 0,
        )
      );
    })
    .map(({ url }) => fileURLToPath(url).slice(SOURCES.length))
    .sort();
}

function print(what: string, files: readonly string[]): void {
  process.stdout.write(
    `${what}: ${files.length} files\n${files.map((file) => `  ${file}\n`).join("")}`,
  );
}

await submit("path");
await filesRun();
await submit("path");
print("Submit", await filesRun());

const stream = workers.Lease();
const frames: unknown[] = [];
let heard = (): void => {};
const frame = (wanted: string): Promise<void> =>
  new Promise((resolve) => {
    heard = () => {
      if (frames.some((one) => (one as Record<string, unknown>)[wanted])) {
        frames.length = 0;
        resolve();
      }
    };
  });
stream.on("data", (one) => {
  frames.push(one);
  heard();
});
stream.on("error", () => {});
const welcomed = frame("welcome");
stream.write({
  hello: {
    protocolVersion: 1,
    workerId: "w",
    subscriptions: [{ queue: "path" }],
    sdk: "path",
    streamNumber: 1,
  },
});
await welcomed;
for (const round of ["warm", "measured"]) {
  await filesRun();
  const granted = frame("grant");
  stream.write({ credit: { tasks: 1 } });
  await granted;
  if (round === "measured") {
    print("Grant", await filesRun());
  }
}
stream.cancel();
tasks.close();
workers.close();
await dispatcher.stop();
