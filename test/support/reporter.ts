import { relative } from "node:path";
import mocha from "mocha";

/** What is left to end of what the tests started ends within moments. */
const EXIT_LIMIT_MS = Number(process.env.BATON_TEST_EXIT_LIMIT_MS ?? 15_000);
const { EVENT_RUN_END, EVENT_TEST_END, EVENT_HOOK_END } = mocha.Runner.constants;
const SLOWEST = 10;

/**
 * Prints nothing but the failures, in full, the files that took longest, and the counts as the last line. A run
 * that is over and does not end, because a test left something open, fails and says what that is.
 */
export default class SummaryReporter extends mocha.reporters.Base {
  /** How long the tests and hooks of each file took. */
  readonly #tookMs = new Map<string, number>();

  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    for (const event of [EVENT_TEST_END, EVENT_HOOK_END]) {
      runner.on(event, ({ file, duration = 0 }: Mocha.Runnable) => {
        if (file) {
          this.#tookMs.set(file, (this.#tookMs.get(file) ?? 0) + duration);
        }
      });
    }
    runner.once(EVENT_RUN_END, () => {
      if (this.failures.length > 0) {
        mocha.reporters.Base.list(this.failures);
      }
      this.#printSlowest();
      console.log(`${this.stats.passes} passed, ${this.stats.failures} failed`);
      setTimeout(failOpen, EXIT_LIMIT_MS).unref();
    });
  }

  /** Who ran one file knows which was the slowest. */
  #printSlowest(): void {
    if (this.#tookMs.size > 1) {
      const slowest = [...this.#tookMs].sort(([, a], [, b]) => b - a).slice(0, SLOWEST);
      console.log("The slowest files:");
      for (const [file, tookMs] of slowest) {
        console.log(`${(tookMs / 1_000).toFixed(1).padStart(7)} s  ${relative("", file)}`);
      }
    }
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
