import assert from "node:assert/strict";
import { join } from "node:path";
import { Child } from "../support/processes/child.ts";
import { FLOW_MUTANTS, type FlowMutant } from "./flow-mutants.ts";

const REPOSITORY = join(import.meta.dirname, "../..");

describe("The conformance suite catches a store in which", function () {
  this.timeout(60_000);

  for (const mutant of FLOW_MUTANTS) {
    it(mutant.name, async () => {
      const suite = runSuite(mutant);
      const [, failed] = await suite.line(/^\d+ passed, (\d+) failed$/, 55_000);
      await suite.ends();
      assert.ok(Number(failed) > 0, `every test of "${mutant.test}" passes`);
      assert.ok(suite.output.includes("mutated "), "the suite ran without the fault");
    });
  }
});

function runSuite({ name, store, test }: FlowMutant): Child {
  return new Child({
    command: process.execPath,
    args: [
      join(REPOSITORY, "node_modules/mocha/bin/mocha.js"),
      ...["--no-parallel", "--bail", "--fgrep", test],
      join(REPOSITORY, `test/store/${store}/${store}.test.ts`),
    ],
    // mocha starts another process with the options of its own file.
    env: {
      BATON_TEST_MUTANT: name,
      NODE_OPTIONS: `--import ${join(import.meta.dirname, "mutate.ts")}`,
    },
  });
}
