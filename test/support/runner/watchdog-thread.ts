import { writeSync } from "node:fs";
import { type Debugger, Session } from "node:inspector";
import { setTimeout as pause } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";

/** How long the main thread has to answer each question, and then to end. */
const PATIENCE_MS = 3_000;
const STATUS = 70;

const limitMs = workerData as number;
let timer: NodeJS.Timeout | undefined;

parentPort?.on("message", (file: string | null) => {
  clearTimeout(timer);
  if (file !== null) {
    timer = setTimeout(() => void end(file), limitMs);
  }
});

async function end(file: string): Promise<void> {
  const session = new Session();
  session.connectToMainThread();
  const awaited = await Promise.race([evaluate(session, AWAITED), pause(PATIENCE_MS, "no answer")]);
  const stack = await Promise.race([stackOf(session), pause(PATIENCE_MS, "idle")]);
  // Standard error of a thread goes through the main one, which may be what hangs.
  writeSync(2, `${file} still ran after ${limitMs} ms; it waits for: ${awaited}; it is ${stack}\n`);
  // Or it would pause before it exits. What its listeners for "exit" end, such as children, is ended.
  session.post("Debugger.disable");
  void evaluate(session, `process.exit(${STATUS})`);
  await pause(PATIENCE_MS);
  process.kill(process.pid, "SIGKILL");
}

/** What keeps the main thread's event loop. */
const AWAITED = "process.getActiveResourcesInfo().join(', ')";

/** Has the main thread evaluate an expression, in the midst of whatever it does. */
function evaluate(session: Session, expression: string): Promise<string> {
  return new Promise((resolve) => {
    session.post("Runtime.evaluate", { expression }, (error, answer) =>
      resolve(error === null ? String(answer.result.value) : error.message),
    );
  });
}

/** Where the main thread is; never resolves where it does nothing but wait. */
function stackOf(session: Session): Promise<string> {
  const urls = new Map<string, string>();
  session.on("Debugger.scriptParsed", ({ params }) => urls.set(params.scriptId, params.url));
  const line = ({ functionName, location }: Debugger.CallFrame): string => {
    const { scriptId, lineNumber, columnNumber = 0 } = location;
    const at = `${urls.get(scriptId)}:${lineNumber + 1}:${columnNumber + 1}`;
    return `\n    at ${functionName || "<anonymous>"} (${at})`;
  };
  return new Promise((resolve) => {
    session.once("Debugger.paused", ({ params }) => resolve(params.callFrames.map(line).join("")));
    session.post("Debugger.enable");
    session.post("Debugger.pause");
  });
}
