import { shownValue } from "./shown.ts";

/** The command line or the environment is wrong; the message is one line for the person who ran it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** A value with the name that a person gave it under. */
export interface Setting {
  readonly name: string;
  readonly value: string;
}

const DAY_MS = 86_400_000;
const DURATION_UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: DAY_MS,
};

/** Reads a duration, in milliseconds. */
export function parseDuration(setting: Setting, minMs: number, maxMs: number): number {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(setting.value);
  if (match === null) {
    throw new ConfigError(
      `${setting.name} must be a duration such as 500ms, 15s, 2m, 1h or 14d, not ${shownValue(setting.value)}`,
    );
  }
  const ms = Math.round(Number(match[1]) * (DURATION_UNITS_MS[match[2] ?? ""] ?? 0));
  if (ms < minMs || ms > maxMs) {
    throw new ConfigError(
      `${setting.name} must be from ${shownDuration(minMs)} to ${shownDuration(maxMs)}, not ${shownValue(setting.value)}`,
    );
  }
  return ms;
}

/** As a person would give it: in the largest unit that it is a whole number of, but for the 24h of a day. */
function shownDuration(ms: number): string {
  const units = Object.entries(DURATION_UNITS_MS).toReversed();
  const [unit, unitMs] = units.find(
    ([, each]) => ms >= each && ms % each === 0 && !(each === DAY_MS && ms === DAY_MS),
  ) ?? ["s", 1_000];
  return `${ms / unitMs}${unit}`;
}

const MAX_HOST_LENGTH = 253;
const HOST =
  /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/;

/** Reads host names, or `none`; they are kept in lower case, without the dot that may end them. */
export function parseHosts({ name, value }: Setting): ReadonlySet<string> {
  if (value === "none") {
    return new Set();
  }
  const hosts = value.split(",").map((each) => each.trim().toLowerCase().replace(/\.$/, ""));
  const wrong = hosts.find((host) => host.length > MAX_HOST_LENGTH || !HOST.test(host));
  if (wrong !== undefined) {
    throw new ConfigError(
      `${name} must be host names without scheme, port or *, separated by commas, not ${shownValue(value)}`,
    );
  }
  return new Set(hosts);
}

/** Reads a whole number; `unit` is said in the error. */
export function parseWhole(setting: Setting, min: number, max: number, unit = ""): number {
  const count = Number(/^\d{1,7}$/.test(setting.value) ? setting.value : Number.NaN);
  if (!(count >= min && count <= max)) {
    const what = unit === "" ? "a whole number" : `a whole number of ${unit}`;
    throw new ConfigError(
      `${setting.name} must be ${what} from ${min} to ${max}, not ${shownValue(setting.value)}`,
    );
  }
  return count;
}

/** Reads one of some words, in capitals or not. */
export function parseChoice<Choice extends string>(
  setting: Setting,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find((each) => each === setting.value.toLowerCase());
  if (choice === undefined) {
    throw new ConfigError(
      `${setting.name} must be one of ${choices.join(", ")}, not ${shownValue(setting.value)}`,
    );
  }
  return choice;
}

/** Reads whether something is on. */
export function parseSwitch(setting: Setting): boolean {
  const value = setting.value.toLowerCase();
  if (["true", "1", "on", "yes"].includes(value)) {
    return true;
  }
  if (["false", "0", "off", "no"].includes(value)) {
    return false;
  }
  throw new ConfigError(`${setting.name} must be on or off, not ${shownValue(setting.value)}`);
}
