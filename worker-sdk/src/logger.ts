import { inspect } from "node:util";

/** Where a worker says what a person may want to know. A pino logger fits. What it throws is ignored. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Prints warnings and errors to the console. */
export const consoleLogger: Logger = {
  debug() {},
  info() {},
  warn: (fields, message) => console.warn(lineOf(fields, message)),
  error: (fields, message) => console.error(lineOf(fields, message)),
};

/** One line, but for the stacks of errors. */
function lineOf(fields: object, message: string): string {
  return `baton: ${message} ${inspect(fields, { breakLength: Number.POSITIVE_INFINITY })}`;
}

/** Hands everything on to a logger; where that throws or rejects, nobody else is to suffer from it. */
export function guarded(logger: Logger): Logger {
  const guard = (level: keyof Logger) => (fields: object, message: string) => {
    callSafely(
      () => logger[level](fields, message),
      () => {},
    );
  };
  return {
    debug: guard("debug"),
    info: guard("info"),
    warn: guard("warn"),
    error: guard("error"),
  };
}

/** Calls what is not the SDK's own, and tells what it throws or, where it returns a promise, rejects with. */
export function callSafely(action: () => unknown, onError: (error: unknown) => void): void {
  try {
    const returned = action();
    if (typeof (returned as { then?: unknown } | null | undefined)?.then === "function") {
      Promise.resolve(returned).catch(onError);
    }
  } catch (error) {
    onError(error);
  }
}

/** Says nothing. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
