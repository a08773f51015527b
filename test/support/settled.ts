import { setImmediate as nextTurn } from "node:timers/promises";

/** Resolves once what was under way in this process without waiting for a timer or a peer is done. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) {
    await nextTurn();
  }
}
