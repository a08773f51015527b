/** The task type of every bench. */
export const TYPE = "bench";

/** A payload that is so many bytes of JSON. */
export function payloadOf(bytes: number): { readonly text: string } {
  return { text: "x".repeat(Math.max(0, bytes - '{"text":""}'.length)) };
}

/** Runs an action so many times, so many at once, as loops that each await theirs. */
export async function inParallel(
  count: number,
  atOnce: number,
  action: (at: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const loop = async (): Promise<void> => {
    while (next < count) {
      const at = next;
      next += 1;
      await action(at);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, loop));
}

/** Milliseconds on a clock that all processes of the machine share. */
export function sharedNowMs(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}
