// For `node --import`: loads a mutant in place of our own code. Nothing of this is in the product.
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Edit, MUTANTS } from "./mutants.ts";

const REPOSITORY = join(import.meta.dirname, "../..");
const name = process.env.BATON_TEST_MUTANT;
const mutant = MUTANTS.find((known) => known.name === name);
if (mutant === undefined) {
  throw new Error(`there is no mutant ${JSON.stringify(name)}`);
}
const editsByPath = new Map<string, Edit[]>();
for (const edit of mutant.edits) {
  const path = join(REPOSITORY, edit.file);
  editsByPath.set(path, [...(editsByPath.get(path) ?? []), edit]);
}

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const path = url.startsWith("file:") ? fileURLToPath(url) : "";
    const edits = editsByPath.get(path);
    if (edits === undefined) {
      return loaded;
    }
    editsByPath.delete(path);
    const source = edits.reduce(apply, readFileSync(path, "utf8"));
    process.stdout.write(`mutated ${path}\n`);
    return { ...loaded, source };
  },
});

process.on("exit", () => {
  if (editsByPath.size > 0) {
    process.stderr.write(`never loaded: ${[...editsByPath.keys()].join(", ")}\n`);
  }
});

function apply(source: string, { file, snippet, replacement, times = 1 }: Edit): string {
  if (source.split(snippet).length !== times + 1) {
    throw new Error(`${file} does not have this exactly so often (${times}): ${snippet}`);
  }
  return source.replaceAll(snippet, () => replacement);
}
