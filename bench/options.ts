import { parseArgs } from "node:util";

/** How `npm run bench` was called. */
export interface BenchOptions {
  readonly isQuick: boolean;
  /** Whether the last line of the output is all figures as JSON. */
  readonly isJson: boolean;
  /** Ask these questions only; all where empty. */
  readonly only: readonly string[];
  /** The commit to compare with. */
  readonly against: string;
  /** Write docs/benchmarks.md, of a run that is not full the sections that it measured. */
  readonly writes: boolean;
}

const DEFAULT_AGAINST = "c53c5e5";

export const USAGE = `npm run bench                      every question, and docs/benchmarks.md is written anew
npm run bench -- --quick           the questions that a minute can answer
npm run bench -- --json            all figures as one line of JSON at the end
npm run bench -- --only NAME       this question alone; may be given again
npm run bench -- --against COMMIT  compare this tree with that commit, where a question does (default: ${DEFAULT_AGAINST}, the
                                   last without limits, order and shares)
npm run bench -- --write           write the sections of docs/benchmarks.md that were asked for anew
`;

/** Reads the command line; `help` where it asks for that. */
export function readBenchOptions(args: readonly string[]): BenchOptions | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
      against: { type: "string", default: DEFAULT_AGAINST },
      write: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    return "help";
  }
  const { quick, json, only, against, write } = values;
  const writes = write || (!quick && only.length === 0);
  return { isQuick: quick, isJson: json, only, against, writes };
}
