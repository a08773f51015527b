import { diag } from "@opentelemetry/api";

/** Of more different errors nothing is said: texts may hold ids. */
const MAX_SAID = 100;

const said = new Set<string>();

/**
 * Calls into the tracer, propagator, context manager or meter that the user registered. All that the SDK
 * asks of them goes through here: what they throw costs the trace or the figure, and never a task, a
 * submit or the process. OpenTelemetry's own logger (`diag`) is told, of the same error once.
 *
 * @returns undefined where it threw
 */
export function safely<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch (error) {
    tell(error);
    return undefined;
  }
}

/** Runs an action once within what the user's code makes of `within`, or without where that throws. */
export function safelyWithin<Result>(
  within: (action: () => Result) => unknown,
  action: () => Result,
): Result {
  let ending: (() => Result) | undefined;
  const once = (): Result => {
    ending ??= endingOf(action);
    return ending();
  };
  safely(() => {
    try {
      within(once);
    } catch (error) {
      // The action's own, which is no fault of what is around it.
      if (ending === undefined) {
        throw error;
      }
    }
  });
  return once();
}

function endingOf<Result>(action: () => Result): () => Result {
  try {
    const result = action();
    return () => result;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function tell(error: unknown): void {
  try {
    const text = String(error);
    if (said.size < MAX_SAID && !said.has(text)) {
      said.add(text);
      diag.error("@baton/worker-sdk: telemetry threw; the task goes on without", error);
    }
  } catch {
    // A logger that throws, or an error that cannot be shown: there is nobody left to tell.
  }
}
