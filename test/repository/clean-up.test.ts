import assert from "node:assert/strict";
import { join, relative } from "node:path";
import { type Node, SyntaxKind } from "typescript/unstable/ast";
import {
  isCallExpression,
  isForOfStatement,
  isIdentifier,
  isIfStatement,
  isPropertyAccessExpression,
  isVariableDeclaration,
} from "typescript/unstable/ast/is";
import { API } from "typescript/unstable/sync";

const repository = join(import.meta.dirname, "../..");

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  node.forEachChild((child) => walk(child, visit));
}

/** Whether an `if` around it asks for the variable. */
function isGuarded(node: Node, name: string): boolean {
  for (let above: Node | undefined = node.parent; above !== undefined; above = above.parent) {
    if (isIfStatement(above) && above.expression.getText().includes(name)) {
      return true;
    }
  }
  return false;
}

/** What hooks that clean up take from variables that only a hook before them sets. */
function unguarded(file: Node): Node[] {
  const unset = new Set<string>();
  walk(file, (node) => {
    const isAlone = node.parent?.parent?.kind === SyntaxKind.VariableStatement;
    if (isVariableDeclaration(node) && node.initializer === undefined && isAlone) {
      unset.add(node.name.getText());
    }
  });
  const found: Node[] = [];
  walk(file, (node) => {
    if (!isCallExpression(node) || !/^after(Each)?$/.test(node.expression.getText())) {
      return;
    }
    walk(node, (part) => {
      const isTaking =
        isForOfStatement(part) ||
        (isPropertyAccessExpression(part) && part.questionDotToken === undefined);
      if (
        isTaking &&
        isIdentifier(part.expression) &&
        unset.has(part.expression.text) &&
        !isGuarded(part, part.expression.text)
      ) {
        found.push(part.expression);
      }
    });
  });
  return found;
}

describe("Hooks that clean up", function () {
  this.timeout(60_000);

  // Else a TypeError of theirs is told beside the reason why something did not start.
  it("take nothing for started", () => {
    using api = openApi();
    const project = api.project(join(repository, "tsconfig.json"));
    const tests = project.rootFiles.filter((name) => name.startsWith(join(repository, "test/")));
    assert.ok(tests.length > 300, `${tests.length} files were found`);
    const found = tests.flatMap((name) => {
      const source = project.program.getSourceFile(name);
      assert.ok(source !== undefined);
      return unguarded(source).map((node) => {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart());
        return `${relative(repository, name)}:${line + 1}: ${node.getText()} may not be set: use "?.", or begin with an empty list`;
      });
    });
    assert.deepEqual(found, []);
  });
});

function openApi() {
  const api = new API({ cwd: repository });
  return {
    project(path: string) {
      const project = api.updateSnapshot({ openProjects: [path] }).getProject(path);
      assert.ok(project !== undefined);
      return project;
    },
    [Symbol.dispose]: () => api.close(),
  };
}
