// To write a longer one anew with each transition costs more than a table of its own.
const MAX_INLINE_BYTES = 512;

/** Whether a spec or a result is kept in its task's row; else it is in a table of its own. */
export function isInline(bytes: Uint8Array): boolean {
  return bytes.length <= MAX_INLINE_BYTES;
}
