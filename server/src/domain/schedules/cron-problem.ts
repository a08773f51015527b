interface CronField {
  /** What the library calls it. */
  readonly key: string;
  readonly name: string;
  readonly min: number;
  readonly max: number;
}

const SHOWN_CHARACTERS = 160;
/** As they stand where seconds are given. */
const FIELDS: readonly CronField[] = [
  { key: "second", name: "second", min: 0, max: 59 },
  { key: "minute", name: "minute", min: 0, max: 59 },
  { key: "hour", name: "hour", min: 0, max: 23 },
  { key: "day", name: "day of month", min: 1, max: 31 },
  { key: "month", name: "month", min: 1, max: 12 },
  { key: "dayOfWeek", name: "weekday", min: 0, max: 7 },
];

/**
 * Says what is wrong with a cron expression that the library refused: by the names of the fields and the
 * numbers that were given, since the library counts days and months from 0.
 */
export function cronProblemText(expression: string, error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (outside(expression, text) ?? tooLargeStep(expression, text) ?? unreadable(text) ?? text)
    .replace(/^[A-Za-z]+: /, "")
    .slice(0, SHOWN_CHARACTERS)
    .toWellFormed();
}

function outside(expression: string, text: string): string | null {
  const key = /Invalid value for (\w+)/.exec(text)?.[1];
  const at = FIELDS.findIndex((each) => each.key === (key === "nearestWeekdays" ? "day" : key));
  const field = FIELDS[at];
  if (field === undefined) {
    return null;
  }
  const parts = expression.split(/\s+/);
  const given = parts[at - (FIELDS.length - parts.length)] ?? "";
  const numbers = given.replace(/[/#]\d+/g, "").match(/\d+/g) ?? [];
  const wrong = numbers.find((each) => Number(each) < field.min || Number(each) > field.max);
  return `the ${field.name} ${wrong ?? given} is not one of ${field.min} to ${field.max}`;
}

function tooLargeStep(expression: string, text: string): string | null {
  const max = /steps cannot be greater than .*\((\d+)\)/.exec(text)?.[1];
  const steps = expression.match(/(?<=\/)\d+/g) ?? [];
  const wrong = steps.find((each) => Number(each) > Number(max));
  return wrong === undefined ? null : `the step ${wrong} is more than ${max}`;
}

function unreadable(text: string): string | null {
  const [, at, given] =
    /configuration entry (\d) \((.*)\) contains illegal characters/.exec(text) ?? [];
  const field = FIELDS[Number(at)];
  return field === undefined ? null : `the ${field.name} cannot be read: ${given}`;
}
