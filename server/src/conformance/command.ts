import { parseArgs } from "node:util";
import { ConfigError } from "../settings/setting.ts";
import { shownArgumentError, shownValue } from "../settings/shown.ts";
import { CHECKS, judge } from "./judge.ts";
import { formatJson, formatTable, isConformant } from "./report.ts";

/** What `baton conformance --help` prints. */
export const conformanceHelp: string = [
  'Usage: baton conformance --worker "COMMAND" [OPTION…]',
  "",
  "Starts the worker program with a scripted dispatcher and tests whether it follows the protocol.",
  "docs/protocol.md says what the program must do. Exits with 1 if a MUST is violated.",
  "",
  '  --worker "COMMAND"  the shell command that starts the program; required',
  "  --only ID,…         run only these checks",
  "  --jobs N            run N checks at the same time, 1 to 32; default 4",
  "  --ttl MS            the lease ttl in milliseconds, 900 to 60000; default 1500",
  "  --json              print JSON instead of a table",
  "  --list              print the checks and exit",
  "  --help              print this and exit",
  "",
  "The program gets these environment variables:",
  "  BATON_ADDRESS       HOST:PORT of the dispatcher, without TLS",
  "  BATON_QUEUE         the one queue to subscribe to",
  "  BATON_CONCURRENCY   how many tasks to run at once",
  "",
  "It has handlers for five task types:",
  "  echo    returns the payload",
  "  sleep   returns `slept` after the payload's milliseconds; stops when it is told to",
  "  fail    fails with the payload as the failure's type; non-retryable if ! precedes it",
  "  trace   returns the `traceparent` that a call made by the handler would carry",
  "  bytes   returns as many bytes as the payload says",
  "",
  "It prints `started TASK_ID LEASE_TOKEN` when a handler starts, and when the handler has ended",
  "`ended TASK_ID LEASE_TOKEN HOW`. HOW is returned, failed or stopped. SIGTERM drains it.",
  "",
].join("\n");

/**
 * Runs `baton conformance` and returns its exit code: 0, or 1 where a MUST is violated. Throws a
 * {@link ConfigError} where the arguments are wrong.
 */
export async function runConformance(
  args: readonly string[],
  print: (text: string) => void,
): Promise<number> {
  const values = parse(args);
  if (values.help === true) {
    print(conformanceHelp);
    return 0;
  }
  if (values.list === true) {
    print(CHECKS.map(({ id, level, title }) => `${id}\t${level}\t${title}\n`).join(""));
    return 0;
  }
  if (values.worker === undefined || values.worker.trim() === "") {
    throw new ConfigError('conformance needs --worker "COMMAND"');
  }
  const verdicts = await judge({
    command: values.worker,
    checks: select(values.only),
    jobs: parseNumber("--jobs", values.jobs ?? "4", 1, 32),
    ttlMs: parseNumber("--ttl", values.ttl ?? "1500", 900, 60_000),
  });
  print(values.json === true ? formatJson(verdicts) : formatTable(verdicts));
  return isConformant(verdicts) ? 0 : 1;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        worker: { type: "string" },
        only: { type: "string" },
        jobs: { type: "string" },
        ttl: { type: "string" },
        json: { type: "boolean" },
        list: { type: "boolean" },
        help: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    throw new ConfigError(shownArgumentError(error));
  }
}

function select(only: string | undefined) {
  if (only === undefined) {
    return CHECKS;
  }
  const ids = only.split(",");
  const unknown = ids.find((id) => !CHECKS.some((check) => check.id === id));
  if (unknown !== undefined) {
    throw new ConfigError(`--only: there is no check ${shownValue(unknown)}; --list shows all`);
  }
  return CHECKS.filter((check) => ids.includes(check.id));
}

function parseNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw new ConfigError(`${name} must be from ${min} to ${max}, not ${shownValue(text)}`);
  }
  return value;
}
