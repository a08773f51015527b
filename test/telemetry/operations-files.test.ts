import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type Sample, samplesOf } from "./metrics-text.ts";
import { everythingOnce } from "./scenario.ts";
import { TelemetryFixture } from "./telemetry-fixture.ts";

const docs = join(import.meta.dirname, "../../docs");
const read = (path: string): string => readFileSync(join(docs, path), "utf8");

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What Prometheus adds to every sample. */
const ADDED_BY_PROMETHEUS = ["job", "instance"];

const SELECTOR = /\b(baton_\w+)(?:\{([^}]*)\})?/g;
const MATCHER = /(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"/g;
const GROUPING = /\b(?:by|on)\s*\(([^)]*)\)/g;

/** The labels of each metric with their values, as they were scraped. */
type Exposed = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;

function exposedIn(samples: readonly Sample[]): Exposed {
  const exposed = new Map<string, Map<string, Set<string>>>();
  for (const { name, labels } of samples) {
    const known = exposed.get(name) ?? new Map<string, Set<string>>();
    exposed.set(name, known);
    for (const [label, value] of Object.entries(labels)) {
      known.set(label, (known.get(label) ?? new Set()).add(value));
    }
  }
  return exposed;
}

const metricsOf = (expression: string): string[] =>
  [...expression.matchAll(SELECTOR)].map(([, name = ""]) => name);

/** The labels that an expression's result may have. */
function groupsOf(expression: string): Set<string> {
  const lists = [...expression.matchAll(GROUPING)].map(([, list = ""]) => list.split(","));
  return new Set(lists.flat().map((label) => label.trim()));
}

/** Says what an expression asks for that a dispatcher never shows. */
function unknownIn(expression: string, exposed: Exposed): string[] {
  const unknown: string[] = [];
  const labels = new Set(ADDED_BY_PROMETHEUS);
  for (const [, name = "", matchers = ""] of expression.matchAll(SELECTOR)) {
    const own = exposed.get(name);
    if (own === undefined) {
      unknown.push(name);
      continue;
    }
    for (const label of own.keys()) {
      labels.add(label);
    }
    for (const [, label = "", operator, value = ""] of matchers.matchAll(MATCHER)) {
      const isFree = operator?.startsWith("!") || value.includes("$");
      const values = isFree ? [] : value.split("|");
      if (!own.has(label) && !ADDED_BY_PROMETHEUS.includes(label)) {
        unknown.push(`${name}{${label}}`);
      }
      unknown.push(...values.filter((each) => !own.get(label)?.has(each)));
    }
  }
  return [...unknown, ...[...groupsOf(expression)].filter((label) => !labels.has(label))];
}

/** The labels that a text has filled in. */
const placeholdersOf = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, label = ""]) => label);

describe("docs/operations", () => {
  let text: string;
  let exposed: Exposed;

  before(async () => {
    const fixture = await TelemetryFixture.start();
    await everythingOnce(fixture);
    // Twice, since a queue's counters begin when it is first seen.
    await fixture.telemetry.metricsText();
    text = await fixture.telemetry.metricsText();
    exposed = exposedIn(samplesOf(text));
    await fixture.stop();
  });

  describe("grafana-dashboard.json", () => {
    const dashboard = JSON.parse(read("operations/grafana-dashboard.json")) as {
      readonly panels: readonly Panel[];
    };

    it("asks for nothing that a dispatcher does not show", () => {
      for (const { title, targets } of dashboard.panels) {
        for (const { expr, legendFormat } of targets) {
          assert.ok(metricsOf(expr).length > 0, title);
          assert.deepEqual(unknownIn(expr, exposed), [], `${title}: ${expr}`);
          const unset = placeholdersOf(legendFormat, /\{\{(\w+)\}\}/g).filter(
            (label) => !groupsOf(expr).has(label),
          );
          assert.deepEqual(unset, [], `${title}: ${legendFormat}`);
        }
      }
    });

    it("shows every metric", () => {
      const used = new Set(
        dashboard.panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => metricsOf(expr))),
      );
      const isShown = (family: string): boolean =>
        ["", "_bucket", "_count"].some((end) => used.has(family + end));
      assert.deepEqual(
        familiesIn(text)
          .map(({ name }) => name)
          .filter((name) => !isShown(name)),
        [],
      );
    });

    it("has panels that do not overlap", () => {
      const { panels } = dashboard;
      assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
      const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
        Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
      );
      assert.equal(new Set(cells).size, cells.length);
    });
  });

  describe("alerts.yml", () => {
    const { groups } = parse(read("operations/alerts.yml")) as {
      readonly groups: readonly { readonly rules: readonly Rule[] }[];
    };
    const rules = groups.flatMap((group) => group.rules);

    it("asks for nothing that a dispatcher does not show", () => {
      assert.ok(rules.length > 0);
      for (const { alert, expr } of rules) {
        assert.ok(metricsOf(expr).length > 0, alert);
        assert.deepEqual(unknownIn(expr, exposed), [], `${alert}: ${expr}`);
      }
    });

    it("says of each what it means, how bad it is, and where", () => {
      assert.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length);
      for (const { alert, expr, labels, annotations } of rules) {
        assert.match(labels.severity ?? "", /^(warning|critical)$/, alert);
        assert.ok(annotations.summary && annotations.description, alert);
        const named = placeholdersOf(JSON.stringify(annotations), /\$labels\.(\w+)/g);
        const unset = named.filter((label) => !groupsOf(expr).has(label));
        assert.deepEqual(unset, [], alert);
      }
    });
  });

  it("lists every metric with its labels in operations.md", () => {
    const rows = familiesIn(text).map(({ name, type, help }) => {
      const parts = [...exposed].filter(([sample]) => sample.startsWith(name));
      const labels = new Set(parts.flatMap(([, own]) => [...own.keys()]));
      labels.delete("le");
      const names = [...labels].map((label) => `\`${label}\``).join(", ");
      return `| \`${name}\` | ${type} | ${names} | ${help} |`;
    });
    const table = /<!-- metrics: [^\n]*-->\n([\s\S]*?)<!-- end of metrics -->/.exec(
      read("operations.md"),
    );
    const expected = [
      "| metric | kind | labels | what |",
      "| --- | --- | --- | --- |",
      ...rows,
      "",
    ];
    assert.equal(table?.[1], expected.join("\n"));
  });
});

interface Family {
  readonly name: string;
  readonly type: string;
  readonly help: string;
}

function familiesIn(text: string): Family[] {
  const helps = new Map(
    [...text.matchAll(/^# HELP (\S+) (.*)$/gm)].map(([, name = "", help = ""]) => [name, help]),
  );
  return [...text.matchAll(/^# TYPE (baton_\S+) (\S+)$/gm)]
    .map(([, name = "", type = ""]) => ({ name, type, help: helps.get(name) ?? "" }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}
