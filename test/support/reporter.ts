import mocha from "mocha";

/** What is left to end of what the tests started ends within moments. */
const EXIT_LIMIT_MS = Number(process.env.BATON_TEST_EXIT_LIMIT_MS ?? 15_000);
const { EVENT_RUN_END } = mocha.Runner.constants;

/**
 * Prints nothing but the failures, in full, and the counts as the last line. A run that is over and
 * does not end, because a test left something open, fails and says what that is.
 */
export default class SummaryReporter extends mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.once(EVENT_RUN_END, () => {
      if (this.failures.length > 0) {
        mocha.reporters.Base.list(this.failures);
      }
      console.log(`${this.stats.passes} passed, ${this.stats.failures} failed`);
      setTimeout(failOpen, EXIT_LIMIT_MS).unref();
    });
  }
}

function failOpen(): void {
  const open = process.getActiveResourcesInfo().join(", ");
  console.error(`The tests are over, and this is still open: ${open}`);
  // Mocha sets the status by the count of failures when the process ends.
  process.once("exit", () => {
    process.exitCode = 1;
  });
  process.exit();
}
