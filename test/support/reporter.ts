import mocha from "mocha";

const { EVENT_RUN_END } = mocha.Runner.constants;

/** Prints nothing but the failures, in full, and the counts as the last line. */
export default class SummaryReporter extends mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.once(EVENT_RUN_END, () => {
      if (this.failures.length > 0) {
        mocha.reporters.Base.list(this.failures);
      }
      console.log(`${this.stats.passes} passed, ${this.stats.failures} failed`);
    });
  }
}
