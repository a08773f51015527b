const BAR_WIDTH = 24;
const LINE_EVERY_MS = 1_000;

/** What is shown while the demo runs. */
export interface Snapshot {
  readonly total: number;
  readonly done: number;
  readonly running: number;
  readonly waiting: number;
}

/** Shows how far the demo is: one line that is written anew on a terminal, a line a second elsewhere. */
export class LiveLine {
  readonly #isTerminal = process.stdout.isTTY;
  #shownAtMs = 0;

  /** Shows the newest figures. */
  show(snapshot: Snapshot): void {
    if (this.#isTerminal) {
      process.stdout.write(`\r\u001b[2K${lineOf(snapshot)}`);
    } else if (performance.now() - this.#shownAtMs >= LINE_EVERY_MS) {
      this.#shownAtMs = performance.now();
      process.stdout.write(`${lineOf(snapshot)}\n`);
    }
  }

  /** Prints a line of its own above the live one. */
  say(text: string): void {
    process.stdout.write(this.#isTerminal ? `\r\u001b[2K${text}\n` : `${text}\n`);
  }

  /** Shows the last figures for good. */
  end(snapshot: Snapshot): void {
    process.stdout.write(
      this.#isTerminal ? `\r\u001b[2K${lineOf(snapshot)}\n` : `${lineOf(snapshot)}\n`,
    );
  }
}

function lineOf({ total, done, running, waiting }: Snapshot): string {
  const filled = total === 0 ? 0 : Math.floor((done / total) * BAR_WIDTH);
  const bar = "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
  return `  ${bar} ${done}/${total} done, ${running} running, ${waiting} waiting`;
}
