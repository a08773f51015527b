import { readFileSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import { isStringLiteral } from "typescript/unstable/ast/is";
import { API } from "typescript/unstable/sync";

const repository = join(import.meta.dirname, "..");
const PACKAGES = ["proto", "worker-sdk", "server"];

/** The files of the packages, relative to the repository, each with the files of theirs that it imports. */
export type ImportGraph = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Reads who imports whom in `proto`, `server` and `worker-sdk`, types included, with TypeScript's own parser. Files
 * that are generated, and what comes from elsewhere, are left out.
 */
export function readImports(): ImportGraph {
  const entries = new Map(PACKAGES.flatMap(entriesOf));
  const api = new API({ cwd: repository });
  try {
    const configs = PACKAGES.map((folder) => join(repository, folder, "tsconfig.json"));
    const snapshot = api.updateSnapshot({ openProjects: configs });
    const graph = new Map<string, Set<string>>();
    for (const { program, rootFiles } of snapshot.getProjects()) {
      for (const path of rootFiles.filter((name) => !isGenerated(name))) {
        const targets = new Set<string>();
        for (const node of program.getSourceFile(path)?.imports ?? []) {
          const target = isStringLiteral(node) ? resolve(path, node.text, entries) : null;
          if (target !== null && !isGenerated(target)) {
            targets.add(target);
          }
        }
        graph.set(relative(repository, path), targets);
      }
    }
    return graph;
  } finally {
    api.close();
  }
}

/** The sets of nodes that reach each other, and each other node by itself; whoever is imported comes first. */
export function components(graph: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const found: string[][] = [];
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const visit = (node: string): number => {
    const mine = order.size;
    order.set(node, mine);
    lowest.set(node, mine);
    open.push(node);
    let low = mine;
    for (const target of graph.get(node) ?? []) {
      const isNew = !order.has(target);
      const reached = isNew ? visit(target) : (lowest.get(target) ?? mine);
      low = Math.min(low, isNew || open.includes(target) ? reached : mine);
    }
    lowest.set(node, low);
    if (low === mine) {
      found.push(open.splice(open.indexOf(node)).sort());
    }
    return low;
  };
  for (const node of [...graph.keys()].sort()) {
    if (!order.has(node)) {
      visit(node);
    }
  }
  return found;
}

/** What may be imported of a package: the names that importers write, and the files that these stand for. */
function entriesOf(folder: string): [string, string][] {
  const { name, exports = {} } = JSON.parse(
    readFileSync(join(repository, folder, "package.json"), "utf8"),
  ) as { name: string; exports?: Record<string, { source: string }> };
  return Object.entries(exports).map(([path, { source }]) => [
    posix.join(name, path),
    posix.join(folder, source),
  ]);
}

function resolve(from: string, specifier: string, entries: ReadonlyMap<string, string>) {
  return specifier.startsWith(".")
    ? relative(repository, join(dirname(from), specifier))
    : (entries.get(specifier) ?? null);
}

function isGenerated(path: string): boolean {
  return /\/generated\/|\.generated\.ts$|\.json$/.test(path);
}
