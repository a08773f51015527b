import { setFlagsFromString } from "node:v8";
import { systemClock } from "@baton/proto/shared";
import { logVerbosity, setLogVerbosity } from "@grpc/grpc-js";
import { pino } from "pino";
import { shownStore, startDispatcher } from "./compose.ts";
import type { DispatchLog } from "./dispatch/log.ts";
import {
  isOneOfSeveral,
  nextStop,
  runProcesses,
  type Serving,
  tellServing,
} from "./processes/processes.ts";
import { nextSignal } from "./processes/signals.ts";
import type { ServeConfig } from "./settings/config.ts";
import { StoreOpenError } from "./store/store.ts";
import { loggableError } from "./telemetry/logs/loggable-error.ts";

/** The exit status where something that the dispatcher needs is not to be had (EX_UNAVAILABLE). */
const EXIT_UNAVAILABLE = 69;

/** The exit status after a bug, or where stopping took too long. */
const EXIT_FAILURE = 1;

/**
 * Without it V8 collects the whole heap each time that 64 MiB of buffers were made, however large the heap
 * is: with payloads of 64 KiB a third of the dispatcher's processor time.
 */
const COUNT_BUFFERS_AS_HEAP = "--external-memory-accounted-in-global-limit";

/** How much longer than its drain a stop may take. */
const STOP_MARGIN_MS = 10_000;

/**
 * Runs a dispatcher until SIGTERM, SIGINT or SIGHUP, and lets its workers move before it ends; a signal
 * that comes 2 s after the first or later ends it at once.
 *
 * @returns the exit status
 */
export async function serve(config: ServeConfig, version: string): Promise<number> {
  setFlagsFromString(COUNT_BUFFERS_AS_HEAP);
  const logFile = pino.destination({ fd: 2, sync: true });
  const log = pino(
    {
      level: config.logLevel,
      // By its name, as the flag takes it.
      formatters: { level: (level) => ({ level }) },
      serializers: { err: (error: unknown) => loggableError(error) },
    },
    logFile,
  );
  endOnBugs(log);
  // Whoever read the output may go; the tasks stay.
  logFile.on("error", () => {});
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", () => {});
  }
  // grpc-js prints what it also throws.
  setLogVerbosity(logVerbosity.NONE);
  process.stdout.write(startLines(config, version));
  // Before anything can be seen to be up: who sees it may end it.
  const signalled = isOneOfSeveral()
    ? nextStop()
    : nextSignal(systemClock, () => process.exit(EXIT_FAILURE));
  const starting = new AbortController();
  void signalled.then((signal) => {
    starting.abort();
    endWithin(config.drainTimeoutMs + STOP_MARGIN_MS, log);
    process.stdout.write(
      `stopping after ${signal}; workers have ${config.drainTimeoutMs} ms to move\n`,
    );
  });
  if (config.processes > 1 && !isOneOfSeveral()) {
    const status = await runProcesses({
      count: config.processes,
      onServing: writeServing,
      onReplaced: ({ pid, status, hasServed, delayMs }) =>
        log.error(
          { pid, status, has_served: hasServed, delay_ms: delayMs },
          "a process ended: another one starts",
        ),
      stopped: signalled,
      clock: systemClock,
    });
    return end(status);
  }
  try {
    const running = await startDispatcher(config, log, starting.signal);
    writeServing(running);
    tellServing({ address: running.address, httpAddress: running.httpAddress });
    await signalled;
    const isSound = await running.stop();
    process.stdout.write("stopped\n");
    return end(isSound ? 0 : EXIT_FAILURE);
  } catch (error) {
    if (!isExpected(error)) {
      throw error;
    }
    if (starting.signal.aborted) {
      process.stdout.write("stopped\n");
      return end(0);
    }
    process.stderr.write(`baton: ${error.message}\n`);
    return end(EXIT_UNAVAILABLE);
  }
}

function writeServing({ address, httpAddress }: Serving): void {
  if (httpAddress !== null) {
    process.stdout.write(`http  ${httpAddress}\n`);
  }
  process.stdout.write(`ready ${address}\n`);
}

function startLines(config: ServeConfig, version: string): string {
  const store = shownStore(config.storeUrl);
  const isSqlite = store.startsWith("sqlite:");
  return [
    `baton ${version}, process ${process.pid}`,
    `store  ${store}${isSqlite ? ` (synchronous ${config.sqliteSynchronous})` : ""}`,
    `leases ${config.leaseTtlMs} ms, ${config.reconnectGraceMs} ms after a broken stream`,
    "",
  ].join("\n");
}

/** The errors that tell the person who started it what to mend. */
function isExpected(error: unknown): error is Error {
  return (
    error instanceof StoreOpenError ||
    (error instanceof Error && error.message.startsWith("cannot listen on "))
  );
}

/**
 * Ends the process where stopping takes longer than it may, whatever hangs: a supervisor waits for it. The
 * timer stays until the very end.
 */
function endWithin(withinMs: number, log: DispatchLog): void {
  systemClock.after(withinMs, () => {
    log.error({ within_ms: withinMs }, "stopping took too long");
    process.exit(EXIT_FAILURE);
  });
}

/**
 * Ends the process once its output is written. It might go on by itself otherwise: for a trace collector
 * that does not answer, or the process that started this one.
 */
async function end(status: number): Promise<number> {
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise<void>((resolve) => {
      stream.write("", () => resolve());
    });
  }
  process.exit(status);
}

/** After an error that nobody handled the process's state is unknown: the supervisor starts another. */
function endOnBugs(log: DispatchLog): void {
  process.on("uncaughtException", (error) => {
    log.error({ err: error }, "nobody handled an error: the process ends");
    process.exit(EXIT_FAILURE);
  });
}
