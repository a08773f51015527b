import { type Clock, systemClock } from "@baton/proto/shared";
import type { Check, Level } from "./check.ts";
import { keepingChecks } from "./checks/keeping.ts";
import { movingChecks } from "./checks/moving.ts";
import { openingChecks } from "./checks/opening.ts";
import { runningChecks } from "./checks/running.ts";
import { settlingChecks } from "./checks/settling.ts";
import type { Finding } from "./frame-rules.ts";
import { Violation } from "./observation.ts";
import { Scene } from "./scene.ts";
import type { Terms } from "./terms.ts";

/** Every check, in the order of the table. */
export const CHECKS: readonly Check[] = [
  ...openingChecks,
  ...runningChecks,
  ...keepingChecks,
  ...settlingChecks,
  ...movingChecks,
];

/** What the kit found out about one check. */
export interface Verdict {
  readonly id: string;
  readonly level: Level;
  readonly title: string;
  readonly passed: boolean;
  /** What was seen, in words. */
  readonly seen: string;
  /** The last lines of the program's standard error; empty where the check passed. */
  readonly errors: readonly string[];
}

/** How to judge. */
export interface JudgeOptions {
  /** The shell command that starts the worker program. */
  readonly command: string;
  readonly checks: readonly Check[];
  /** How many checks run side by side, each with a worker of its own. */
  readonly jobs: number;
  readonly ttlMs: number;
  readonly clock?: Clock;
}

const mebibyte = 1024 * 1024;

/** Runs the checks, each with a fresh worker program, and returns their verdicts in order. */
export async function judge(options: JudgeOptions): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const findings: (Finding & { readonly during: string })[] = [];
  const queue = [...options.checks.entries()];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [at, check] = next;
      const outcome = await runCheck(check, options);
      verdicts[at] = outcome.verdict;
      findings.push(...outcome.findings.map((finding) => ({ ...finding, during: check.id })));
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
  return verdicts.map((verdict) => {
    const ids = options.checks.map((check) => check.id);
    const broken = findings.find(
      ({ rule, during }) => rule === verdict.id || (during === verdict.id && !ids.includes(rule)),
    );
    return verdict.passed && broken !== undefined
      ? { ...verdict, passed: false, seen: `${broken.seen} (during ${broken.during})` }
      : verdict;
  });
}

async function runCheck(
  check: Check,
  options: JudgeOptions,
): Promise<{ verdict: Verdict; findings: readonly Finding[] }> {
  const { id, level, title } = check;
  const scene = await Scene.open(
    options.command,
    termsOf(options.ttlMs),
    options.clock ?? systemClock,
  );
  try {
    const seen = await check.run(scene);
    return {
      verdict: { id, level, title, passed: true, seen, errors: [] },
      findings: scene.dispatcher.findings,
    };
  } catch (error) {
    if (!(error instanceof Violation)) {
      throw error;
    }
    const verdict = { id, level, title, passed: false, seen: error.message };
    return {
      verdict: { ...verdict, errors: [...scene.program.errors] },
      findings: scene.dispatcher.findings,
    };
  } finally {
    await scene.close();
  }
}

function termsOf(ttlMs: number): Terms {
  return {
    ttlMs,
    heartbeatMs: Math.round(ttlMs / 3),
    patienceMs: 5_000,
    maxMessageBytes: 4 * mebibyte,
    maxPayloadBytes: mebibyte,
  };
}
