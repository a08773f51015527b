/**
 * Runs an action once what this turn of the event loop has asked of the store is on its way, and before
 * anything else happens: calls that the action makes go right behind. How many promises lie between a
 * call and its bytes does not matter.
 */
export function afterSending(action: () => void): void {
  // A tick asked for among microtasks runs when none of them is left.
  queueMicrotask(() => process.nextTick(action));
}
