import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { isStringLiteral } from "typescript/unstable/ast/is";
import { API } from "typescript/unstable/sync";

const repository = join(import.meta.dirname, "..");

/** The files of the packages, relative to the repository, each with the files of theirs that it imports. */
export type ImportGraph = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Reads who imports whom in `proto`, `server` and `worker-sdk`, types included, with TypeScript's own parser. Files
 * that are generated, and what comes from elsewhere, are left out.
 */
export function readImports(): ImportGraph {
  const packages = readPackages();
  const api = new API({ cwd: repository });
  try {
    const configs = [...packages.values()].map((folder) =>
      join(repository, folder, "tsconfig.json"),
    );
    const snapshot = api.updateSnapshot({ openProjects: configs });
    const graph = new Map<string, Set<string>>();
    for (const { program, rootFiles } of snapshot.getProjects()) {
      for (const path of rootFiles.filter((name) => !isGenerated(name))) {
        const targets = new Set<string>();
        for (const node of program.getSourceFile(path)?.imports ?? []) {
          const target = isStringLiteral(node) ? resolve(path, node.text, packages) : null;
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

/** The packages that the root's project references, by their names. */
function readPackages(): Map<string, string> {
  const names = ["proto", "worker-sdk", "server"];
  return new Map(
    names.map((folder) => {
      const { name } = JSON.parse(readFileSync(join(repository, folder, "package.json"), "utf8"));
      return [name, folder];
    }),
  );
}

function resolve(from: string, specifier: string, packages: ReadonlyMap<string, string>) {
  if (specifier.startsWith(".")) {
    return relative(repository, join(dirname(from), specifier));
  }
  const folder = packages.get(specifier);
  return folder === undefined ? null : `${folder}/src/index.ts`;
}

function isGenerated(path: string): boolean {
  return /\/generated\/|\.generated\.ts$|\.json$/.test(path);
}
