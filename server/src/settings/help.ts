import { HEALTH_OPTION, type OptionInfo, SERVE_OPTIONS } from "./config.ts";

/** A command of `baton`, as the help shows it. */
export interface CommandInfo {
  readonly name: string;
  readonly help: string;
}

/** Every command of `baton`. */
export const COMMANDS = [
  { name: "serve", help: "run a dispatcher in the foreground, until SIGTERM, SIGINT or SIGHUP" },
  { name: "health", help: "ask a dispatcher whether it serves; exit status 0 if it does" },
  {
    name: "conformance",
    help: "test whether a worker program follows the protocol; see its --help",
  },
] as const satisfies readonly CommandInfo[];

/** Returns what `baton --help` prints: the commands, and every option with default and variable. */
export function helpText(): string {
  return [
    "Usage: baton COMMAND [OPTION…]",
    "",
    "Commands:",
    ...COMMANDS.map(({ name, help }) => `  ${name.padEnd(13)}${help}`),
    "",
    "Options of serve (a flag overrides its environment variable):",
    ...SERVE_OPTIONS.flatMap(optionLines),
    "",
    "Options of health:",
    ...optionLines(HEALTH_OPTION),
    "",
    "  --help      print this and exit",
    "  --version   print the version and exit",
    "",
  ].join("\n");
}

function optionLines(option: OptionInfo): string[] {
  const value = option.placeholder === null ? "" : ` ${option.placeholder}`;
  return [
    `  --${option.flag}${value}`,
    `      ${option.help}`,
    `      default ${option.defaultText}, environment ${option.variable}`,
  ];
}
