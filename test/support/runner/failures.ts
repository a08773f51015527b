import { inspect } from "node:util";
import mocha from "mocha";

/** A failure says what it has to within so much; a counterexample of thousands of values, or a diff of them, does not. */
const MAX_LINE_CHARACTERS = 2_000;
const MAX_LINES = 200;

/** What every failure of a test or hook goes through, in the process that runs it. */
interface Failing {
  fail(test: unknown, error: unknown, isForced?: boolean): void;
}

const runner = mocha.Runner.prototype as unknown as Failing;
const { fail } = runner;
// In parallel, what mocha sends of an error has no causes, and the cause is what failed in a property. So an error's
// stack tells them.
runner.fail = function (test, error, isForced): void {
  if (error instanceof Error) {
    error.stack = stackWithCauses(error);
    error.message = cut(error.message);
    delete error.cause;
  }
  fail.call(this, test, error, isForced);
};

function stackWithCauses(error: Error): string {
  const told = new Set<unknown>();
  const stacks: string[] = [];
  for (let at: unknown = error; at !== undefined && !told.has(at); ) {
    told.add(at);
    stacks.push(cut(at instanceof Error ? `${at.stack}` : inspect(at)));
    at = at instanceof Error ? at.cause : undefined;
  }
  return stacks.join("\nCaused by: ");
}

/** Leaves out what is too long of each line, and too many lines before the last, which say where it was. */
function cut(text: string): string {
  const lines = text.split("\n").map((line) => {
    const more = line.length - MAX_LINE_CHARACTERS;
    return more <= 0 ? line : `${line.slice(0, MAX_LINE_CHARACTERS)}… (${more} characters more)`;
  });
  const more = lines.length - MAX_LINES;
  return more <= 0
    ? lines.join("\n")
    : lines.toSpliced(MAX_LINES / 2, more, `… (${more} lines more)`).join("\n");
}
