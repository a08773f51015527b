/** Typed arrays of 8-byte elements can be laid over bytes that begin at a multiple of this. */
const ALIGNMENT = 8;

/** Copies bytes that somebody else may write to. */
export function copyBytes(value: Uint8Array): Buffer {
  // Not from Node's pool, whose bytes share their memory with others.
  const copy = Buffer.allocUnsafeSlow(value.byteLength);
  copy.set(value);
  return copy;
}

/**
 * Returns bytes that were received as they may be given away: they begin where typed arrays can be laid
 * over them, and keep no message alive that is more than twice as large.
 */
export function detached(value: Uint8Array): Uint8Array {
  const isAligned = value.byteOffset % ALIGNMENT === 0;
  return isAligned && value.buffer.byteLength <= 2 * value.byteLength ? value : copyBytes(value);
}
