import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

/** What the demo was asked for. */
export interface DemoOptions {
  /** The folder whose files are compressed. */
  readonly folder: string;
  /** Whether two dispatchers run on Redis, one of which is killed. */
  readonly redis: boolean;
  /** Whether the last line is the figures as JSON. */
  readonly json: boolean;
  /** Whether the dispatcher stays up at the end, until it is interrupted. */
  readonly keep: boolean;
}

/** How the demo is called. */
export const USAGE = `Usage: npm run demo -- [--dir FOLDER] [--redis] [--json] [--keep]
       npm run demo -- --scenario shop [OPTION…]

  --dir FOLDER  compress the files below this folder (default: this repository's own sources)
  --redis       two dispatchers on a Redis of their own; one of them is killed as well
  --json        print the figures as one line of JSON, last
  --keep        leave the dispatcher up at the end, until Ctrl-C

  npm run demo -- --scenario shop --help lists the options of the shop
`;

/** Reads the demo's options; throws an error of one line where they are wrong. */
export function readDemoOptions(args: readonly string[]): DemoOptions | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      dir: { type: "string" },
      redis: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      keep: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    return "help";
  }
  const folder = resolve(values.dir ?? join(import.meta.dirname, ".."));
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`--dir ${folder} is not a folder`);
  }
  return { folder, redis: values.redis, json: values.json, keep: values.keep };
}
