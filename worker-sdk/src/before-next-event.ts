/**
 * Runs an action before the event loop turns to its next event, once everything that this one set off
 * has happened: what one message brings about goes out together, and a turn earlier than `setImmediate`
 * would let it.
 */
export function beforeNextEvent(action: () => void): void {
  // A tick asked for among microtasks runs when none of them is left.
  queueMicrotask(() => process.nextTick(action));
}
