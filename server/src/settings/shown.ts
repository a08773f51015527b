const HARMLESS_VALUE = /^[\w .,:;=+[\]-]{0,80}$/;
const HARMLESS_WORD = /^[a-z][a-z-]{0,30}$/;
const NOT_SHOWN = "what was given, which is not shown: it may hold a password";

/**
 * Returns what may be shown of a value that a person gave: in quotes where it has none of the characters
 * that URLs have and plain settings have not; otherwise nothing of it.
 */
export function shownValue(text: string): string {
  return HARMLESS_VALUE.test(text) ? JSON.stringify(text) : NOT_SHOWN;
}

/** Returns what may be shown of an argument that no option takes: nothing but a plain word. */
export function shownWord(text: string): string {
  return HARMLESS_WORD.test(text) ? JSON.stringify(text) : NOT_SHOWN;
}

/** Says in one line what `parseArgs` refused; of the arguments it shows no more than options' names. */
export function shownArgumentError(error: unknown): string {
  const { code = "", message } = error as { code?: string; message: string };
  switch (code) {
    case "ERR_PARSE_ARGS_UNKNOWN_OPTION":
      return `Unknown option ${/'--?[a-z][a-z-]{0,30}'/.exec(message)?.[0] ?? NOT_SHOWN}`;
    case "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL":
      return `Unexpected argument: ${shownWord(/'([^']*)'/.exec(message)?.[1] ?? "")}`;
    case "ERR_PARSE_ARGS_INVALID_OPTION_VALUE":
      return invalidOption(message);
    default:
      return "the arguments cannot be read; see baton --help";
  }
}

/** It names the option, of those that are known, and not what was given for it. */
function invalidOption(message: string): string {
  const option = /--[a-z][a-z-]{0,30}/.exec(message)?.[0] ?? "an option";
  return /does not take/.test(message) ? `${option} takes no value` : `${option} needs a value`;
}
