import { execFileSync } from "node:child_process";
import { join } from "node:path";

const repository = join(import.meta.dirname, "..");
const generated = [":(glob)**/generated/**", ":(glob)**/*.generated.ts", "docs/protocol.md"];

execFileSync("npm", ["run", "--silent", "generate"], { cwd: repository, stdio: "inherit" });
const status = execFileSync(
  "git",
  ["status", "--porcelain", "--untracked-files=all", "--", ...generated],
  { cwd: repository, encoding: "utf8" },
);
// The second column compares with the index, so that the check can run before a commit.
const stale = status.split("\n").filter((line) => line !== "" && line[1] !== " ");
if (stale.length > 0) {
  const files = stale.join("\n");
  process.stderr.write(`Generated files are stale; run npm run generate and add them:\n${files}\n`);
  process.exitCode = 1;
}
