import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { shownSummary } from "./figures.ts";
import type { Finding } from "./finding.ts";
import type { Machine } from "./machine.ts";
import { verdict } from "./report.ts";
import { svgOf } from "./svg-plot.ts";

const DOCS = join(import.meta.dirname, "../../docs");
const DOCUMENT = join(DOCS, "benchmarks.md");
const SECTION = /^(?=## )/m;

/**
 * Writes docs/benchmarks.md and its plots.
 *
 * @param isWhole whether every question was asked; else the sections of those that were are written anew
 *   in the document that is there, and say when they were measured
 */
export function writeDocument(
  machine: Machine,
  findings: readonly Finding[],
  isWhole: boolean,
): void {
  for (const plot of findings.flatMap(({ plots }) => plots)) {
    writeFileSync(join(DOCS, `benchmarks-${plot.name}.svg`), svgOf(plot));
  }
  const document = isWhole
    ? documentOf(machine, findings)
    : withSections(readFileSync(DOCUMENT, "utf8"), machine, findings);
  writeFileSync(DOCUMENT, document);
}

function withSections(document: string, machine: Machine, findings: readonly Finding[]): string {
  const sections = document.split(SECTION);
  for (const finding of findings) {
    const lines = [...findingLines(finding), ...measuredLine(machine), "", ""];
    const place = sections.findIndex((section) => section.startsWith(`## ${finding.title}\n`));
    sections.splice(place < 0 ? sections.length : place, place < 0 ? 0 : 1, lines.join("\n"));
  }
  return `${sections.join("").trimEnd()}\n`;
}

function measuredLine({ commit, date, load }: Machine): string[] {
  return [
    `This section: ${date} UTC, commit ${commit}, load average at the start ${load.toFixed(1)}.`,
  ];
}

function documentOf(machine: Machine, findings: readonly Finding[]): string {
  return [
    "# Benchmarks",
    "",
    "Written by `npm run bench`; not edited by hand. Repeat it with that command (minutes), or see the main",
    "figures within a minute with `npm run bench -- --quick`. `--only NAME` asks one question. How soon a task is",
    "handed on after a crash is in [reliability.md](reliability.md#how-soon); `npm run recovery` measures that.",
    "",
    ...machineLines(machine),
    "",
    "## How it is measured",
    "",
    "Redis, dispatcher, producer and worker are one process each, on loopback. Each system that uses Redis has a",
    "redis-server of its own, with AOF everysec. SQLite runs with WAL and `synchronous=NORMAL`: a crash of the",
    "process loses nothing, a power cut may lose the last moments. Payloads are 100 bytes of JSON, and results are",
    "recorded, unless a section says otherwise. The systems take turns, round by round, in one run, after two",
    "rounds that warm up and are not counted. So whatever else the machine does slows all of them alike: trust the",
    "ratios, which are taken round by round, more than the rates. A figure is the median of its rounds; their range",
    "is in parentheses. CPU-s are the processor seconds of all processes, from `/proc`. No Redis rewrites its log",
    "during a run: that takes a core for seconds, and one system alone would pay for it.",
    "",
    ...findings.flatMap(findingLines),
  ].join("\n");
}

function machineLines(machine: Machine): string[] {
  const { processor, cores, memoryGiB, kernel, node, redis, packages, commit, date, load } =
    machine;
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  return [
    `Measured ${date} UTC at commit ${commit} on ${cores} cores (${processor}), ${memoryGiB} GiB, Linux ${kernel};`,
    `Node.js ${node}, Redis ${redis}, ${versions.join(", ")}. The load average at the start was ${load.toFixed(1)}.`,
  ];
}

function findingLines({ name, title, method, figures, ratios, plots }: Finding): string[] {
  return [
    `## ${title}`,
    "",
    `${method} (\`--only ${name}\`)`,
    "",
    "| | | |",
    "| --- | ---: | --- |",
    ...figures.map((each) => {
      const mark = verdict(each);
      const rest = mark === "" ? each.unit : `${each.unit}; ${mark}`;
      return `| ${each.label} | ${shownSummary(each.summary)} | ${rest} |`;
    }),
    ...ratios.map(
      (ratio) =>
        `| **${ratio.label}** | **${shownSummary(ratio.summary)} ×** | ${verdict(ratio)} |`,
    ),
    "",
    ...plots.flatMap((plot) => [`![${plot.title}](benchmarks-${plot.name}.svg)`, ""]),
  ];
}
