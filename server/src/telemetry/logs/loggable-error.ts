const MAX_CAUSES = 4;
/** Kinds of a `StoreError` that need no one to look into the program. */
const EXPECTED_KINDS = ["unavailable", "full"];

/** An error as it stands in the log. */
export interface LoggableError {
  readonly type: string;
  readonly message: string;
  /** Absent where the error is one to be expected, whose message says all: the store is away or full. */
  readonly stack?: string;
  readonly code?: string;
  readonly kind?: string;
  readonly cause?: LoggableError;
}

/**
 * Returns of an error what may be logged. Other properties may hold what users sent, or a password: an
 * error of Redis has the whole command with its arguments.
 */
export function loggableError(error: unknown): LoggableError {
  return logged(error, 0, isExpected(error));
}

function logged(error: unknown, depth: number, hidesStack: boolean): LoggableError {
  if (!(error instanceof Error)) {
    return { type: typeof error, message: "not an error", stack: "" };
  }
  const { name, cause } = error;
  const { message, stack } = textOf(error);
  const { code, kind } = error as { code?: unknown; kind?: unknown };
  return {
    type: name,
    message,
    ...(hidesStack ? {} : { stack }),
    ...(typeof code === "string" ? { code } : {}),
    ...(typeof kind === "string" ? { kind } : {}),
    ...(cause instanceof Error && depth < MAX_CAUSES
      ? { cause: logged(cause, depth + 1, hidesStack) }
      : {}),
  };
}

/** Whether it is of the store or of the system, and not of this program. */
function isExpected(error: unknown): boolean {
  const { kind, syscall } = (error ?? {}) as { kind?: unknown; syscall?: unknown };
  return typeof syscall === "string" || (typeof kind === "string" && EXPECTED_KINDS.includes(kind));
}

function textOf({ name, message, stack = "" }: Error): { message: string; stack: string } {
  switch (name) {
    case "SyntaxError":
      return { message: "not to be parsed", stack: withoutMessage(stack) };
    case "ReplyError":
      return { message: message.split(/['"`]/, 1)[0]?.trim() ?? "", stack: withoutMessage(stack) };
    default:
      return { message, stack };
  }
}

// A syntax error quotes what could not be parsed, a server's error the arguments of the command, which may
// be a password; and a stack begins with the message.
function withoutMessage(stack: string): string {
  return stack.slice(stack.indexOf("\n    at ") + 1);
}
