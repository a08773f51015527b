/** Resolves in the next turn of the event loop, after what this one has queued. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
