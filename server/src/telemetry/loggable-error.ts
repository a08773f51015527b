const MAX_CAUSES = 4;

/** An error as it stands in the log. */
export interface LoggableError {
  readonly type: string;
  readonly message: string;
  readonly stack: string;
  readonly code?: string;
  readonly kind?: string;
  readonly cause?: LoggableError;
}

/**
 * Returns of an error what may be logged. Other properties may hold what users sent, or a password: an
 * error of Redis has the whole command with its arguments.
 */
export function loggableError(error: unknown, depth = 0): LoggableError {
  if (!(error instanceof Error)) {
    return { type: typeof error, message: "not an error", stack: "" };
  }
  const { name, cause } = error;
  const { code, kind } = error as { code?: unknown; kind?: unknown };
  return {
    type: name,
    ...textOf(error),
    ...(typeof code === "string" ? { code } : {}),
    ...(typeof kind === "string" ? { kind } : {}),
    ...(cause instanceof Error && depth < MAX_CAUSES
      ? { cause: loggableError(cause, depth + 1) }
      : {}),
  };
}

function textOf({ name, message, stack = "" }: Error): Pick<LoggableError, "message" | "stack"> {
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
