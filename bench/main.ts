import { Beds } from "./beds/beds.ts";
import { hasCommit } from "./beds/earlier-tree.ts";
import { type BenchOptions, readBenchOptions, USAGE } from "./options.ts";
import type { Effort, Question } from "./question.ts";
import { QUESTIONS } from "./questions.ts";
import { writeDocument } from "./report/document.ts";
import type { Finding } from "./report/finding.ts";
import { describeMachine } from "./report/machine.ts";
import { asJson, printed } from "./report/report.ts";

// V8 still compiles in the second round, which costs a dispatcher a quarter more than from then on.
const FULL = { isQuick: false, warmUpRounds: 2, rounds: 3, tasks: 40_000 };
const QUICK = { isQuick: true, warmUpRounds: 1, rounds: 2, tasks: 4_000 };

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const options = readBenchOptions(args);
  if (options === "help") {
    process.stdout.write(USAGE);
    return 0;
  }
  const names = QUESTIONS.map(({ name }) => name);
  const unknown = options.only.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    process.stderr.write(
      `bench: no question ${unknown.join(", ")}; there is ${names.join(", ")}\n`,
    );
    return 64;
  }
  const { against } = options;
  const questions = QUESTIONS.filter((question) => isAsked(question, options));
  if (options.only.length > 0 && questions.length < options.only.length) {
    process.stderr.write(`bench: git here has no commit ${against}; name another with --against\n`);
    return 64;
  }
  const machine = await describeMachine();
  const findings = await askAll(questions, { ...(options.isQuick ? QUICK : FULL), against });
  if (options.writes) {
    writeDocument(machine, findings, isWhole(options));
  }
  if (options.isJson) {
    process.stdout.write(`${asJson(machine, findings)}\n`);
  }
  return 0;
}

function isWhole({ isQuick, only }: BenchOptions): boolean {
  return !isQuick && only.length === 0;
}

function isAsked({ name, isQuick, needsEarlier }: Question, options: BenchOptions): boolean {
  const isWanted =
    options.only.length > 0 ? options.only.includes(name) : isQuick || !options.isQuick;
  return isWanted && (needsEarlier !== true || hasCommit(options.against));
}

async function askAll(questions: readonly Question[], effort: Effort): Promise<Finding[]> {
  const beds = new Beds();
  const findings: Finding[] = [];
  try {
    for (const question of questions) {
      const finding = await question.ask(beds, effort);
      process.stdout.write(`${printed(finding)}\n`);
      findings.push(finding);
    }
    return findings;
  } finally {
    await beds.stop();
  }
}
