import type { Argument } from "./script.ts";

const LENGTH_BYTES = 4;

/**
 * Packs arguments into one, each behind its length (uint32, little-endian), as lua/lib/items.lua unpacks
 * them: the client spends more on an argument than Redis does on taking it out again.
 */
export function packItems(items: readonly Argument[]): Buffer {
  let size = 0;
  for (const item of items) {
    size += LENGTH_BYTES + bytesOf(item);
  }
  const packed = Buffer.allocUnsafe(size);
  let at = 0;
  for (const item of items) {
    const from = at + LENGTH_BYTES;
    const end = from + write(item, packed, from);
    packed.writeUInt32LE(end - from, at);
    at = end;
  }
  return packed;
}

/** Takes apart what a script packed in the same way; the items are views. */
export function unpackItems(packed: Buffer): Buffer[] {
  const items: Buffer[] = [];
  for (let at = 0; at < packed.length; ) {
    const from = at + LENGTH_BYTES;
    at = from + packed.readUInt32LE(at);
    items.push(packed.subarray(from, at));
  }
  return items;
}

// A number as its digits: none here has more than 17 of them.
function bytesOf(item: Argument): number {
  return typeof item === "object" ? item.length : Buffer.byteLength(String(item));
}

function write(item: Argument, packed: Buffer, at: number): number {
  if (typeof item === "object") {
    packed.set(item, at);
    return item.length;
  }
  return packed.write(String(item), at);
}
