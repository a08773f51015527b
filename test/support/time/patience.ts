import mocha from "mocha";

/**
 * How long another process may take to start, to run where it is a short one, or to end: less than a second
 * where nothing else runs. On a machine that is busy, twenty seconds have been seen.
 */
export const PATIENCE_MS = 60_000;

/** Longer than any one wait, and shorter than a file may run: should a wait not end by itself, this ends it. */
const ALL_WAITS_MS = 150_000;

/** The test or hook that runs, and how many processes it waits for. */
interface Turn {
  readonly runnable: Mocha.Runnable;
  waits: number;
  waitsSinceMs: number;
}

let turn: Turn | null = null;

const { run } = mocha.Runnable.prototype;
// Mocha tells nobody which test or hook runs, but calls this for each.
mocha.Runnable.prototype.run = function (callback): void {
  const mine: Turn = { runnable: this, waits: 0, waitsSinceMs: 0 };
  turn = mine;
  run.call(this, (error) => {
    if (turn === mine) {
      turn = null;
    }
    callback?.(error);
  });
};

/**
 * Waits for something that another process does, such as to start. How long that takes depends on what else the
 * machine does, so it is no part of the time that the test or hook has: that goes on afterwards.
 *
 * @param wait ends by itself, within `PATIENCE_MS` or a time of its own
 */
export async function patiently<Result>(wait: () => Promise<Result>): Promise<Result> {
  const mine = turn;
  begin(mine);
  try {
    return await wait();
  } finally {
    end(mine);
  }
}

function begin(mine: Turn | null): void {
  if (mine === null) {
    return;
  }
  mine.waits += 1;
  if (mine.waits === 1) {
    mine.waitsSinceMs = performance.now();
    extend(mine.runnable, ALL_WAITS_MS);
  }
}

function end(mine: Turn | null): void {
  if (mine === null) {
    return;
  }
  mine.waits -= 1;
  // A test that is over has nothing left to time.
  if (mine.waits === 0 && turn === mine) {
    const tookMs = Math.ceil(performance.now() - mine.waitsSinceMs);
    extend(mine.runnable, tookMs - ALL_WAITS_MS);
  }
}

/** Gives a test or hook more time, unless it has no end. What it had is counted from now. */
function extend(runnable: Mocha.Runnable, byMs: number): void {
  if (runnable.timeout() > 0) {
    runnable.timeout(runnable.timeout() + byMs);
  }
}
