import { readFileSync } from "node:fs";

/**
 * Returns every protocol file as an encoded `FileDescriptorProto`, with what it imports and gRPC's own
 * health service: what reflection answers with. Compiled by buf, since proto-loader's own descriptors merge the files
 * of a package, rename fields and name no dependencies, so that other tools cannot link them.
 */
export function fileDescriptors(): Buffer[] {
  const set = readFileSync(new URL("../generated/descriptors.binpb", import.meta.url));
  const files: Buffer[] = [];
  // A FileDescriptorSet is nothing but its files, each a field 1 with its length before it.
  for (let at = 0; at < set.length; ) {
    const { value, end } = readVarint(set, at + 1);
    files.push(set.subarray(end, end + value));
    at = end + value;
  }
  return files;
}

function readVarint(bytes: Buffer, start: number): { value: number; end: number } {
  let value = 0;
  for (let at = start, factor = 1; ; at += 1, factor *= 0x80) {
    const byte = bytes[at] ?? 0;
    value += (byte % 0x80) * factor;
    if (byte < 0x80) {
      return { value, end: at + 1 };
    }
  }
}
