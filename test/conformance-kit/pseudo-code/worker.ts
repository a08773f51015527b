import { readFileSync } from "node:fs";
import { compileFunction } from "node:vm";
import { systemClock } from "@baton/proto/shared";
import { aborted } from "../../support/time/deferred.ts";
import { leaveOut } from "./leave-out.ts";
import { blockOf, programOf } from "./program.ts";
import { type Message, opener } from "./stream.ts";

// The worker of docs/protocol.md's pseudo-code; a line that its first argument names is left out.

interface Task {
  readonly lease: { readonly task_id: string; readonly lease_token: string };
  readonly type: string;
  readonly payload: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

interface Attempt {
  readonly outcome: Promise<Message>;
  interrupt(): void;
}

class Table extends Map<unknown, unknown> {
  remove(key: unknown): unknown {
    const value = this.get(key);
    this.delete(key);
    return value;
  }
}

const message = (kind: string, fields: object): Message => ({ ...fields, kind });

/** Runs the handler that the kit asks for, and says so. */
function begin(task: Task): Attempt {
  const { signal, abort } = abortable();
  const name = `${task.lease.task_id} ${task.lease.lease_token}`;
  console.log(`started ${name}`);
  const run = async (): Promise<Message> => {
    try {
      const value = await handle(task, signal);
      return message("Complete", { result: { value, content_type: "text/plain" } });
    } catch (error) {
      const type = error instanceof Error ? error.message : "unknown";
      return message("Fail", {
        failure: { type: type.replace(/^!/, ""), message: "asked to fail" },
        non_retryable: type.startsWith("!"),
      });
    }
  };
  const outcome = run().then((ended) => {
    const how = signal.aborted ? "stopped" : ended.kind === "Fail" ? "failed" : "returned";
    console.log(`ended ${name} ${how}`);
    return ended;
  });
  return { outcome, interrupt: abort };
}

function abortable(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

async function handle({ type, payload, headers }: Task, signal: AbortSignal): Promise<Buffer> {
  const text = payload.toString();
  switch (type) {
    case "echo":
      return payload;
    case "sleep":
      await Promise.race([sleep(Number(text)), aborted(signal)]);
      signal.throwIfAborted();
      return Buffer.from("slept");
    case "fail":
      throw new Error(text);
    case "trace": {
      // A span of its own under the submitter's.
      const [version, traceId, , flags] = (headers.traceparent ?? "").split("-");
      return Buffer.from([version, traceId, "00f067aa0ba902b7", flags].join("-"));
    }
    case "bytes":
      return Buffer.alloc(Number(text));
    default:
      throw new Error("!UnknownType");
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => systemClock.after(ms, resolve));
}

function every(ms: number, act: () => void): void {
  systemClock.after(ms, () => {
    act();
    every(ms, act);
  });
}

/** How many entries a table has, or bytes an outcome. */
function size(what: Map<unknown, unknown> | Message): number {
  if (what instanceof Map) {
    return what.size;
  }
  const { result } = what as { readonly result?: { readonly value: Buffer } };
  return result?.value.length ?? 0;
}

const environment = process.env;
const provided = {
  concurrency: Number(environment.BATON_CONCURRENCY ?? "4"),
  worker_id: `pseudo-${process.pid}`,
  subscriptions: [{ queue: environment.BATON_QUEUE ?? "" }],
  open_lease: opener(environment.BATON_ADDRESS ?? ""),
  begin,
  sleep,
  random: (from: number, to: number) => from + Math.random() * (to - from),
  min: Math.min,
  max: Math.max,
  keys: (...tables: Table[]) => tables.flatMap((table) => [...table.keys()]),
  values: (table: Table) => [...table.values()],
};
/** What the JavaScript of the pseudo-code calls; no name in it can be one of these. */
const underneath = {
  $Table: Table,
  $message: message,
  $size: size,
  $now: () => performance.now(),
  $kindOf: (what: string | Message) => (typeof what === "string" ? what : what.kind),
  $every: every,
  $after: (ms: number, act: () => void) => systemClock.after(ms, act),
  $on: (signal: string, act: () => void) => process.once(signal, act),
};

const block = leaveOut(blockOf(readFileSync("docs/protocol.md", "utf8")), process.argv[2]);
const js = programOf(block, Object.keys(provided));
const all = { ...provided, ...underneath };
const main = compileFunction(js, Object.keys(all))(...Object.values(all)) as () => Promise<void>;
// Whatever waits is waited for by nobody.
await main();
process.exit(0);
