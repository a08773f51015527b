import assert from "node:assert/strict";
import { CHECKS, judge } from "../../server/src/conformance/judge.ts";
import { build, LANGUAGES } from "./toolchains.ts";

// Longer than the kit's own, for virtual machines that start cold on a busy machine.
const ttlMs = 3_000;
const minuteMs = 60_000;

for (const language of LANGUAGES) {
  describe(`The ${language.name} worker`, function () {
    this.timeout(8 * minuteMs);

    before(() => build(language));

    it("keeps the protocol, as the conformance kit judges", async () => {
      const command = language.command.join(" ");
      const verdicts = await judge({ command, checks: CHECKS, jobs: 4, ttlMs });
      const violated = verdicts.filter(({ passed, level }) => !passed && level === "MUST");
      assert.deepEqual(violated, []);
    });
  });
}
