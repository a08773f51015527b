import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const repository = join(import.meta.dirname, "..");
const whole = [":(glob)**/generated/**", ":(glob)**/*.generated.ts"];
/** Written by hand but for some sections, which are as they should be where nothing changes. */
const pages = ["docs/protocol.md", "docs/architecture.md", "biome.walls.json"];
const read = (page: string): string => readFileSync(join(repository, page), "utf8");

const before = pages.map(read);
execFileSync("npm", ["run", "--silent", "generate"], { cwd: repository, stdio: "inherit" });
const status = execFileSync(
  "git",
  ["status", "--porcelain", "--untracked-files=all", "--", ...whole],
  { cwd: repository, encoding: "utf8" },
);
// The second column compares with the index, so that the check can run before a commit.
const stale = [
  ...status.split("\n").filter((line) => line !== "" && line[1] !== " "),
  ...pages.filter((page, index) => read(page) !== before[index]),
];
if (stale.length > 0) {
  const files = stale.join("\n");
  process.stderr.write(`Generated files are stale; run npm run generate and add them:\n${files}\n`);
  process.exitCode = 1;
}
