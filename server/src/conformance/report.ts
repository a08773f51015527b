import type { Verdict } from "./judge.ts";

/** Whether no MUST was violated. */
export function isConformant(verdicts: readonly Verdict[]): boolean {
  return verdicts.every((verdict) => verdict.passed || verdict.level === "SHOULD");
}

/** Returns the verdicts as a table for people, with a line of counts below. */
export function formatTable(verdicts: readonly Verdict[]): string {
  const idWidth = Math.max(...verdicts.map((verdict) => verdict.id.length), "check".length);
  const row = (id: string, level: string, word: string, seen: string): string =>
    `${id.padEnd(idWidth)}  ${level.padEnd(6)}  ${word.padEnd(4)}  ${seen}`.trimEnd();
  const rows = verdicts.flatMap((verdict) => {
    const { id, level, passed, seen } = verdict;
    return [row(id, level, passed ? "pass" : "FAIL", seen), ...whyFailed(verdict, row)];
  });
  return [row("check", "level", "", "seen"), ...rows, "", formatCounts(verdicts), ""].join("\n");
}

/** Returns the verdicts as one JSON document. */
export function formatJson(verdicts: readonly Verdict[]): string {
  return `${JSON.stringify({ conformant: isConformant(verdicts), checks: verdicts }, null, 2)}\n`;
}

function whyFailed(
  verdict: Verdict,
  row: (id: string, level: string, word: string, seen: string) => string,
): string[] {
  return verdict.passed
    ? []
    : [`asked: ${verdict.title}`, ...verdict.errors.slice(-5)].map((line) => row("", "", "", line));
}

function formatCounts(verdicts: readonly Verdict[]): string {
  const failed = (level: string): number =>
    verdicts.filter((verdict) => !verdict.passed && verdict.level === level).length;
  const word = isConformant(verdicts) ? "conformant" : "not conformant";
  return `${word}: ${failed("MUST")} MUST and ${failed("SHOULD")} SHOULD violated in ${verdicts.length} checks`;
}
