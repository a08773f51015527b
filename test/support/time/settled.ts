import { setImmediate as nextTurn } from "node:timers/promises";

// A dozen calls of the SQLite store, one after the other: each takes two turns.
const TURNS = 24;

/** Resolves once what was under way in this process without waiting for a timer or a peer is done. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) {
    await nextTurn();
  }
}
