import { join } from "node:path";
import { protoFiles, protoRoot } from "@baton/proto";
import protobuf from "protobufjs";

const root = new protobuf.Root();
root.resolvePath = (_origin, target) =>
  target.startsWith("google/protobuf/") ? target : join(protoRoot, target);
root.loadSync([...protoFiles], { keepCase: true });
root.resolveAll();

const hexWidth = 30;
const bytesPerLine = 10;

/** Explains a message of package `baton.v1` as gRPC sends it, byte by byte, a line for each field. */
export function dumpMessage(typeName: string, bytes: Uint8Array): string[] {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(bytes.length, 1);
  return [
    line(prefix, 0, `not compressed, ${bytes.length} bytes`),
    ...dumpFields(root.lookupType(`baton.v1.${typeName}`), Buffer.from(bytes), 0),
  ];
}

function dumpFields(type: protobuf.Type, bytes: Buffer, depth: number): string[] {
  const lines: string[] = [];
  const reader = protobuf.Reader.create(bytes);
  while (reader.pos < bytes.length) {
    const start = reader.pos;
    const tag = reader.uint32();
    const field = type.fieldsById[tag >>> 3];
    if (field === undefined) {
      throw new Error(`${type.fullName} has no field ${tag >>> 3}`);
    }
    if ((tag & 7) !== 2) {
      const value = scalarText(field, reader);
      lines.push(line(bytes.subarray(start, reader.pos), depth, `${field.name} = ${value}`));
      continue;
    }
    const length = reader.uint32();
    const head = bytes.subarray(start, reader.pos);
    const content = bytes.subarray(reader.pos, reader.pos + length);
    reader.skip(length);
    lines.push(...dumpDelimited(field, head, content, depth));
  }
  return lines;
}

function dumpDelimited(
  field: protobuf.Field,
  head: Buffer,
  content: Buffer,
  depth: number,
): string[] {
  const { resolvedType } = field;
  if (field instanceof protobuf.MapField) {
    const name = `${field.name}, one entry, ${content.length} bytes`;
    return [line(head, depth, name), ...dumpFields(entryType, content, depth + 1)];
  }
  if (resolvedType instanceof protobuf.Type) {
    const name = `${field.name}, ${content.length} bytes`;
    return [line(head, depth, name), ...dumpFields(resolvedType, content, depth + 1)];
  }
  const all = Buffer.concat([head, content]);
  const first = line(all.subarray(0, bytesPerLine), depth, `${field.name} = "${content}"`);
  const rest: string[] = [];
  for (let at = bytesPerLine; at < all.length; at += bytesPerLine) {
    rest.push(line(all.subarray(at, at + bytesPerLine), depth, ""));
  }
  return [first, ...rest];
}

const entryType = new protobuf.Type("Entry")
  .add(new protobuf.Field("key", 1, "string"))
  .add(new protobuf.Field("value", 2, "string"));

function scalarText(field: protobuf.Field, reader: protobuf.Reader): string {
  if (field.resolvedType instanceof protobuf.Enum) {
    return field.resolvedType.valuesById[reader.int32()] ?? "unknown";
  }
  return field.type === "uint64" || field.type === "int64"
    ? String(reader.uint64())
    : String(reader.int32());
}

function line(bytes: Uint8Array, depth: number, text: string): string {
  const hex = Buffer.from(bytes).toString("hex").match(/../g)?.join(" ") ?? "";
  return `${hex.padEnd(hexWidth)} ${"  ".repeat(depth)}${text}`.trimEnd();
}
