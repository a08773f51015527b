import { relative } from "node:path";
import mocha from "mocha";

/** What is left to end of what the tests started ends within moments. */
const EXIT_LIMIT_MS = Number(process.env.BATON_TEST_EXIT_LIMIT_MS ?? 15_000);
const { EVENT_RUN_END, EVENT_TEST_END, EVENT_HOOK_END } = mocha.Runner.constants;
const SLOWEST = 10;

/** A test or hook as it is when it ends, also one that ran in another process. */
interface Timed {
  readonly __mocha_id__: string;
  readonly file?: string;
  readonly duration?: number;
}

/**
 * Prints nothing but the failures, in full, the files that took longest, and the counts as the last line. A run
 * that is over and does not end, because a test left something open, fails and says what that is.
 */
export default class SummaryReporter extends mocha.reporters.Base {
  /** Each test and hook by its id: its file, and how long it took in all. */
  readonly #took = new Map<string, { readonly file: string; readonly ms: number }>();

  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    for (const event of [EVENT_TEST_END, EVENT_HOOK_END]) {
      runner.on(event, ({ __mocha_id__: id, file, duration: ms = 0 }: Timed) => {
        if (file) {
          this.#took.set(id, { file, ms });
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
    const tookMs = new Map<string, number>();
    for (const { file, ms } of this.#took.values()) {
      tookMs.set(file, (tookMs.get(file) ?? 0) + ms);
    }
    if (tookMs.size > 1) {
      const slowest = [...tookMs].sort(([, a], [, b]) => b - a).slice(0, SLOWEST);
      console.log("The slowest files:");
      for (const [file, ms] of slowest) {
        console.log(`${(ms / 1_000).toFixed(1).padStart(7)} s  ${relative("", file)}`);
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
