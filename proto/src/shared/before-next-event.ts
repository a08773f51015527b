/**
 * Runs an action before the event loop turns to its next event, once everything that this one set off
 * has happened: what one message brings about is done together, and calls that were made of the store
 * are on their way, however many promises lie between them and their bytes.
 */
export function beforeNextEvent(action: () => void): void {
  // A tick asked for among microtasks runs when none of them is left.
  queueMicrotask(() => process.nextTick(action));
}

/** Returns what has {@link beforeNextEvent} run the action, once however often it is asked for. */
export function oncePerEvent(action: () => void): () => void {
  let isAskedFor = false;
  const run = (): void => {
    isAskedFor = false;
    action();
  };
  return () => {
    if (!isAskedFor) {
      isAskedFor = true;
      beforeNextEvent(run);
    }
  };
}
