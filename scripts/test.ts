import { spawn } from "node:child_process";
import { globSync } from "node:fs";

// `npm test` runs every test; `npm test -- test/x.test.ts` that file alone, in one process that a debugger can
// follow. What else is given goes to mocha as it is: `npm test -- --grep "a lease"`.

const given = process.argv.slice(2);
const files = given.flatMap((argument) => globSync(argument));
const program = new URL("../node_modules/mocha/bin/mocha.js", import.meta.url).pathname;
const args = [...given];
if (files.length === 0) {
  args.push("test/**/*.test.ts");
} else if (files.length === 1) {
  args.unshift("--no-parallel");
}
const mocha = spawn(process.execPath, [program, ...args], { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => mocha.kill(signal));
}
mocha.once("exit", (code, signal) => {
  process.exitCode = code ?? (signal === null ? 1 : 128);
});
