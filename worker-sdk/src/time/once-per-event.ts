/**
 * Returns what has the action run before the event loop turns to its next event, once everything that
 * this one set off has happened, and once however often it is asked for: what one message brings about
 * goes out together, and a turn earlier than `setImmediate` would let it.
 */
export function oncePerEvent(action: () => void): () => void {
  let isAskedFor = false;
  const run = (): void => {
    isAskedFor = false;
    action();
  };
  return () => {
    if (!isAskedFor) {
      isAskedFor = true;
      // A tick asked for among microtasks runs when none of them is left.
      queueMicrotask(() => process.nextTick(run));
    }
  };
}
