import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Child } from "../support/processes/child.ts";
import { NODE_FLAGS } from "../support/processes/node-flags.ts";
import { MUTANTS, type Mutant, SIMULATED_MUTANTS } from "./mutants.ts";

const REPOSITORY = join(import.meta.dirname, "../..");
const TIMEOUT_MS = 100_000;

describe("The checker catches, in the simulation, a dispatcher in which", function () {
  this.timeout(TIMEOUT_MS + 10_000);

  for (const mutant of SIMULATED_MUTANTS) {
    it(mutant.name, async () => {
      const simulation = startSimulation(mutant);
      const [, seed, broken = ""] = await simulation.line(
        /^BROKEN seed (\d+): (.*) \(/,
        TIMEOUT_MS,
      );
      await simulation.ends();
      const isNamed = mutant.breaks.some((invariant) => broken.split(" ").includes(invariant));
      assert.ok(isNamed, `seed ${seed} broke ${broken}, not ${mutant.breaks.join(" or ")}`);
    });
  }
});

describe("Mutants", () => {
  it("edit text that is there exactly once", () => {
    const lost = MUTANTS.flatMap(({ edits }) => edits).filter(({ file, snippet, times = 1 }) => {
      const source = readFileSync(join(REPOSITORY, file), "utf8");
      return source.split(snippet).length !== times + 1;
    });
    assert.deepEqual(lost, []);
  });

  it("have names of their own", () => {
    const names = MUTANTS.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
  });

  it("are not in the product", () => {
    const sources = globSync("{server,worker-sdk,proto}/src/**/*.ts", { cwd: REPOSITORY });
    assert.notEqual(sources.length, 0);
    const tainted = sources.filter((file) =>
      /mutant/i.test(readFileSync(join(REPOSITORY, file), "utf8")),
    );
    assert.deepEqual(tainted, []);
  });
});

function startSimulation(mutant: Mutant): Child {
  return new Child({
    command: process.execPath,
    args: [
      ...NODE_FLAGS,
      ...["--import", join(import.meta.dirname, "mutate.ts")],
      join(REPOSITORY, "test/sim/main.ts"),
      ...["--from", String(mutant.firstSeed ?? 1), "--seeds", "150", "--until-broken"],
    ],
    env: { BATON_TEST_MUTANT: mutant.name },
  });
}
