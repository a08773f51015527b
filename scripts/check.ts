import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

// Everything that can be known of the code without running it. What does not wait for another step
// runs beside it; a step that holds says nothing, and where all do one line says so. With `--staged` lint looks at the files of the next
// commit alone; with `--times` it says what each step took.

const lint = process.argv.includes("--staged")
  ? ["check", "--staged", "--no-errors-on-unmatched", "--error-on-warnings"]
  : ["ci", "--error-on-warnings"];

interface Step {
  readonly name: string;
  readonly command: readonly string[];
}

const LINES: readonly (readonly Step[])[] = [
  [{ name: "lint and format", command: ["biome", ...lint] }],
  // The types are looked at once the generated files are written anew: both at once, one could read half a file.
  [
    { name: "generated files", command: ["node", "scripts/check-generated.ts"] },
    { name: "types", command: ["tsc", "-b"] },
    { name: "protocol", command: ["buf", "lint"] },
  ],
];

const took: string[] = [];
const held = await Promise.all(LINES.map(runLine));
if (held.includes(false) || process.argv.includes("--times")) {
  process.stderr.write(`${took.join(", ")}\n`);
}
if (!held.includes(false)) {
  process.stderr.write("The types, lint, format, generated files and protocol hold.\n");
}
process.exitCode = held.includes(false) ? 1 : 0;

/** Runs steps one after another, also after one that fails: whoever mends it sees all at once. */
async function runLine(steps: readonly Step[]): Promise<boolean> {
  let holds = true;
  for (const step of steps) {
    holds = (await run(step)) && holds;
  }
  return holds;
}

async function run({ name, command: [program = "", ...args] }: Step): Promise<boolean> {
  const startMs = performance.now();
  const child = spawn(program, args, {
    cwd: `${import.meta.dirname}/..`,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number | string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve(code ?? signal ?? "no status"));
  });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const status = await ended;
  took.push(`${name}: ${((performance.now() - startMs) / 1_000).toFixed(1)} s`);
  if (status !== 0) {
    process.stderr.write(
      `${name} failed (${status}): ${program} ${args.join(" ")}\n${output}${errors}\n`,
    );
  }
  return status === 0;
}
