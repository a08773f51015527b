const SCENARIOS = ["files", "shop"] as const;

/** What the demo can show. */
export type Scenario = (typeof SCENARIOS)[number];

const FLAG = "--scenario";

/**
 * Takes `--scenario NAME` out of the arguments; the rest is the scenario's own. Throws an error of one
 * line where there is no such scenario.
 */
export function scenarioOf(args: readonly string[]): {
  readonly scenario: Scenario;
  readonly rest: readonly string[];
} {
  const at = args.findIndex((arg) => arg === FLAG || arg.startsWith(`${FLAG}=`));
  if (at < 0) {
    return { scenario: "files", rest: args };
  }
  const [flag, inline] = (args[at] ?? "").split("=", 2);
  const name = inline ?? args[at + 1] ?? "";
  const scenario = SCENARIOS.find((each) => each === name);
  if (scenario === undefined) {
    throw new Error(`${flag} must be one of ${SCENARIOS.join(", ")}, not ${JSON.stringify(name)}`);
  }
  return { scenario, rest: args.toSpliced(at, inline === undefined ? 2 : 1) };
}
