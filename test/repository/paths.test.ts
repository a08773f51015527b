import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";

const repository = `${import.meta.dirname}/../..`;
const options = { cwd: repository, exclude: ["**/node_modules/**", "**/dist/**"] };
const programs = globSync("{bench,demo,examples,test}/**/*.ts", options).filter(
  (file) => !import.meta.filename.endsWith(file),
);
const files = globSync("**/*.{ts,proto}", options);

/** A path to a source file that is a whole string, with a name put in or without. */
const PATH = /(["'`])((?:[\w@.-]|\$\{\w+\}|\/)+\/[\w.${}-]+\.(?:ts|proto))\1/g;
/** Files that a test wants not to be there, or that a package has. */
const ELSEWHERE = [
  "./no-handler.ts",
  "./missing.ts",
  "../proto/grpc/reflection/v1/reflection.proto",
];

/** A path, and the file that has it as a string. */
interface Named {
  readonly file: string;
  readonly path: string;
}

function paths(): Named[] {
  return programs.flatMap((file) =>
    [...readFileSync(join(repository, file), "utf8").matchAll(PATH)].map(([, , path = ""]) => ({
      file,
      path,
    })),
  );
}

/** Whether there is a file at a path: from where it is named if it begins with a dot, else from some folder above. */
function leads({ file, path }: Named): boolean {
  const isRelative = path.startsWith(".");
  const parts = (isRelative ? join(dirname(file), path) : path).split(/\$\{\w+\}/);
  const pattern = parts.map((part) => part.replaceAll(".", "\\.")).join("[^/]+");
  const wanted = new RegExp(`${isRelative ? "^" : "(^|/)"}${pattern}$`);
  return files.some((there) => wanted.test(there));
}

describe("Paths that programs have as strings", () => {
  it("lead to files that are there: no compiler looks at them", () => {
    const found = paths();
    assert.ok(found.some(({ path }) => path === "bench/programs/baton-worker.ts"));
    assert.ok(found.some(({ path }) => path === "demo/worker.ts"));
    assert.ok(found.some(({ path }) => path === "test/crash/support/programs/worker.ts"));
    assert.deepEqual(
      found.filter((named) => !ELSEWHERE.includes(named.path) && !leads(named)),
      [],
    );
  });

  it("are whole where a bench or a crash test names a program, so that one that moved is missed", () => {
    const isStarted = ({ file, path }: Named): boolean =>
      /^(bench|demo|test\/crash)\//.test(file) && path.includes("${");
    assert.deepEqual(paths().filter(isStarted), []);
  });

  it("are seen to lead nowhere where the file has moved", () => {
    const file = "bench/beds/bed.ts";
    assert.equal(leads({ file, path: "bench/programs/relay-worker.ts" }), false);
    assert.equal(leads({ file, path: "../../../demo/worker.ts" }), false);
    assert.equal(leads({ file, path: "bench/programs/$" + "{name}-nobody.ts" }), false);
    assert.equal(leads({ file, path: "../../demo/worker.ts" }), true);
  });
});
