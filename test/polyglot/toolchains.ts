import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** What a step may take; the longest is a download and a compilation from nothing. */
const STEP_LIMIT_MS = 240_000;
const STEP_OPTIONS = { timeout: STEP_LIMIT_MS, stdio: "pipe", encoding: "utf8" } as const;
const examples = join(import.meta.dirname, "../../examples");

/** A language with an example worker. */
export interface Language {
  readonly name: string;
  /** The commands that must be there, each with the arguments that make it tell its version. */
  readonly tools: readonly (readonly [string, ...string[]])[];
  readonly folder: string;
  /** What builds the worker, one after another, in the folder. */
  readonly build: readonly (readonly [string, ...string[]])[];
  /** What starts the worker. */
  readonly command: readonly [string, ...string[]];
}

const inExamples = (path: string): string => join(examples, path);

/** Every language but the SDK's own. */
export const LANGUAGES: readonly Language[] = [
  {
    name: "python",
    tools: [["python3", "--version"]],
    folder: inExamples("python"),
    build: [
      ["python3", "-m", "venv", ".venv"],
      [".venv/bin/pip", "install", "--quiet", "--disable-pip-version-check", "-e", "."],
    ],
    command: [inExamples("python/.venv/bin/baton-worker")],
  },
  {
    name: "go",
    tools: [["go", "version"]],
    folder: inExamples("go"),
    build: [
      ["npx", "buf", "generate"],
      ["go", "build", "-o", "bin/", "./worker", "./submit"],
    ],
    command: [inExamples("go/bin/worker")],
  },
  {
    name: "java",
    tools: [
      ["java", "-version"],
      ["mvn", "--version"],
    ],
    folder: inExamples("java"),
    // Maven would wait half an hour for a registry that went silent.
    build: [["mvn", "-q", "-B", "-Dmaven.wagon.rto=60000", "package"]],
    // The first tier of the compiler alone: the machine's cores are few and the run is short.
    command: ["java", "-XX:TieredStopAtLevel=1", "-jar", inExamples("java/target/worker.jar")],
  },
  {
    name: "rust",
    tools: [["cargo", "--version"]],
    folder: inExamples("rust"),
    build: [["cargo", "build", "--quiet", "--locked"]],
    command: [inExamples("rust/target/debug/worker")],
  },
];

interface StepError {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly code?: string;
}

const built = new Set<string>();

/** Builds a worker, once a process; throws an error that names the tool that is missing, or what the build said. */
export function build({ name, tools, folder, build: steps }: Language): void {
  if (built.has(name)) {
    return;
  }
  for (const [tool, ...args] of tools) {
    try {
      execFileSync(tool, args, { stdio: "ignore" });
    } catch {
      throw new Error(`BATON_POLYGLOT=1 asks for the ${name} worker, and ${tool} is missing`);
    }
  }
  for (const [tool, ...args] of steps) {
    try {
      execFileSync(tool, args, { ...STEP_OPTIONS, cwd: folder });
    } catch (error) {
      const { stdout = "", stderr = "", code = "" } = error as StepError;
      // The code says that it took too long; an exit status is said by what was written.
      const said = `${stdout}${stderr}${code}`.slice(-3_000);
      throw new Error(`building the ${name} worker failed: ${tool} ${args.join(" ")}\n${said}`);
    }
  }
  built.add(name);
}
