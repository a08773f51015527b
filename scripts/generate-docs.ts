import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CHECKS } from "../server/src/conformance/judge.ts";
import { REASONS } from "../server/src/domain/errors.ts";
import { LIMITS } from "../server/src/domain/limits.ts";
import { workedExchange } from "./worked-exchange.ts";

const protocolPath = join(import.meta.dirname, "../docs/protocol.md");

const errorRows = Object.entries(REASONS).map(
  ([reason, { status, retryable, doc }]) =>
    `| \`${reason}\` | ${status} | ${retryable ? "yes" : "no"} | ${doc} |`,
);
const errorTable = [
  "| reason | status | retry | what |",
  "| --- | --- | --- | --- |",
  ...errorRows,
];

const limitRows = Object.entries(LIMITS).map(
  ([name, value]) => `| ${wordsOf(name)} | ${amount(name, value)} |`,
);
const limitTable = ["| limit | value |", "| --- | --- |", ...limitRows];

const checkRows = CHECKS.map(({ id, level, title }) => `| \`${id}\` | ${level} | ${title} |`);
const checkTable = ["| check | level | what is asked |", "| --- | --- | --- |", ...checkRows];

let text = readFileSync(protocolPath, "utf8");
text = fill(text, "errors", errorTable);
text = fill(text, "limits", limitTable);
text = fill(text, "exchange", ["", ...workedExchange()]);
text = fill(text, "checks", checkTable);
writeFileSync(protocolPath, text);

function fill(page: string, section: string, lines: readonly string[]): string {
  const pattern = new RegExp(`(<!-- ${section}: [^\n]*-->\n)[^]*?(<!-- end of ${section} -->)`);
  if (!pattern.test(page)) {
    throw new Error(`docs/protocol.md has no section for ${section}`);
  }
  return page.replace(pattern, (_, open, close) => `${open}${lines.join("\n")}\n${close}`);
}

function wordsOf(name: string): string {
  return name
    .replace(/(Bytes|Ms)$/, "")
    .replace(/^max/, "")
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .trim();
}

function amount(name: string, value: number): string {
  if (name.endsWith("Bytes")) {
    return value >= 1024 * 1024 ? `${value / 1024 / 1024} MiB` : `${value} bytes`;
  }
  if (name.endsWith("Ms")) {
    const hours = value / 3_600_000;
    return hours > 24 ? `${hours / 24} days` : `${hours} h`;
  }
  return String(value);
}
