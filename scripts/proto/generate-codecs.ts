import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Enum, Field, Method, OneOf, Type } from "protobufjs";
import { loadRoot, methodNamed, pathOf, protobuf, protoFolder } from "./proto-root.ts";

const { Enum: EnumType } = protobuf;

/** The methods that carry tasks; the others are rare, and what protobufjs makes of them will do. */
const METHODS = [
  "baton.v1.TaskService.Submit",
  "baton.v1.TaskService.SubmitBatch",
  "baton.v1.TaskService.SubmitStream",
  "baton.v1.TaskService.AwaitStream",
  "baton.v1.WorkerService.Lease",
  "baton.v1.WorkerService.Settle",
];
/** Texts that are the same in most messages. */
const KNOWN_TEXTS = new Set(["queue", "type", "contentType"]);
/** Messages that are rarely longer than 127 bytes, so that one byte is left for their length. */
const SHORT_MESSAGES = new Set([
  "baton.v1.AwaitForget",
  "baton.v1.AwaitItem",
  "baton.v1.Complete",
  "baton.v1.LeaseRef",
  "baton.v1.Release",
  "baton.v1.Settlement",
  "baton.v1.SettlementResult",
  "baton.v1.SubmitItemResult",
  "baton.v1.SubmitReceipt",
  "baton.v1.TaskResult",
  "google.protobuf.Duration",
  "google.protobuf.Timestamp",
]);
const WIRE_TYPES: Readonly<Record<string, number>> = {
  uint32: 0,
  int32: 0,
  uint64: 0,
  int64: 0,
  bool: 0,
  double: 1,
  string: 2,
  bytes: 2,
};
const DEFAULTS: Readonly<Record<string, string>> = {
  uint32: "0",
  int32: "0",
  uint64: '"0"',
  int64: '"0"',
  bool: "false",
  double: "0",
  string: '""',
  bytes: "NO_BYTES",
};
const IS_DEFAULT: Readonly<Record<string, string>> = {
  uint64: "v == 0",
  int64: "v == 0",
  bool: "!v",
  string: 'v === ""',
  bytes: "v.length === 0",
};

/** What is the same whatever the messages are. */
const ENTRY = `function named(names, number) {
  return names[number] ?? number;
}

function textOf(value) {
  return typeof value === "string" ? value : String(value);
}

function encoder(write) {
  return (message) => {
    writer.begin();
    write(writer, message);
    return writer.finish();
  };
}

function decoder(read) {
  return (bytes) => read(new WireReader(bytes), bytes.length);
}

/** What writes and reads the messages of the methods that carry tasks, by the methods' paths. */`;

const root = loadRoot(["baton/v1/task_service.proto", "baton/v1/worker_service.proto"]);
const types = new Set<Type>();
const methods = METHODS.map((name) => methodNamed(root, name));
for (const method of methods) {
  collect(method.resolvedRequestType);
  collect(method.resolvedResponseType);
}
const sorted = [...types].sort((one, other) => (one.fullName < other.fullName ? -1 : 1));
writeFileSync(
  join(protoFolder, "src/codecs.generated.ts"),
  [
    "// @ts-nocheck",
    "// Written by scripts/proto/generate-codecs.ts from the .proto files.",
    'import { WireReader } from "./wire-reader.ts";',
    'import { newWrittenText, WireWriter } from "./wire-writer.ts";',
    "",
    "const NO_BYTES = Buffer.alloc(0);",
    "",
    ...sorted.flatMap(knownTextsOf),
    "",
    ...sorted.flatMap((type) => [writerOf(type), readerOf(type)]),
    "const writer = new WireWriter();",
    "",
    ENTRY,
    "export const codecs = {",
    ...methods.map(entryOf),
    "};",
    "",
  ].join("\n"),
);

function collect(type: Type | null): void {
  if (type === null || types.has(type)) {
    return;
  }
  types.add(type);
  for (const field of type.fieldsArray) {
    const { resolvedType } = field.resolve();
    if (resolvedType !== null && !(resolvedType instanceof EnumType)) {
      collect(resolvedType as Type);
    }
  }
}

function nameOf(type: Type): string {
  return type.fullName.replaceAll(".", "_").slice(1);
}

function enumOf(field: Field): Enum | null {
  return field.resolvedType instanceof EnumType ? field.resolvedType : null;
}

function messageOf(field: Field): Type | null {
  return field.resolvedType === null || enumOf(field) !== null
    ? null
    : (field.resolvedType as Type);
}

function tagOf(field: Field): number {
  const wireType = enumOf(field) !== null ? 0 : (WIRE_TYPES[field.type] ?? 2);
  return ((field.id << 3) | (field.repeated || field.map ? 2 : wireType)) >>> 0;
}

function isIn(field: Field, text: string): never {
  throw new Error(`${field.fullName}: ${text}`);
}

function writerOf(type: Type): string {
  const fields = [...type.fieldsArray].sort((one, other) => one.id - other.id);
  return [
    `function write_${nameOf(type)}(w, m) {`,
    '  if (typeof m !== "object") throw new TypeError("an object was expected");',
    "  let v;",
    ...fields.map((field) => `  ${writeField(field)}`),
    "}",
    "",
  ].join("\n");
}

function writeField(field: Field): string {
  const name = field.name;
  const tag = tagOf(field);
  if (field.map) {
    return `if ((v = m.${name}) != null) for (const k of Object.keys(v)) { w.uint32(${tag}); const o = w.open(1); w.uint32(10); w.string(k); w.uint32(18); w.string(textOf(v[k])); w.close(o, 1); }`;
  }
  if (field.repeated) {
    const each = messageOf(field) === null ? scalar(field, "e") : message(field, "e");
    return `if ((v = m.${name}) != null) for (const e of v) { w.uint32(${tag}); ${each} }`;
  }
  if (messageOf(field) !== null) {
    return `if ((v = m.${name}) != null) { w.uint32(${tag}); ${message(field, "v")} }`;
  }
  const convert = enumOf(field) === null ? "" : ` v = ${numberOf(field, "v")};`;
  // What is absent reads as the default, so the default need not be written, unless absence means something.
  const isDefault = enumOf(field) === null ? (IS_DEFAULT[field.type] ?? "v === 0") : "v === 0";
  const skip = field.partOf === null ? `if (!(${isDefault})) ` : "";
  return `if ((v = m.${name}) != null) {${convert} ${skip}{ w.uint32(${tag}); ${scalar(field, "v")} } }`;
}

function message(field: Field, value: string): string {
  const type = messageOf(field) as Type;
  const room = SHORT_MESSAGES.has(type.fullName.slice(1)) ? 1 : 2;
  return `const o = w.open(${room}); write_${nameOf(type)}(w, ${value}); w.close(o, ${room});`;
}

function scalar(field: Field, value: string): string {
  if (enumOf(field) !== null) {
    return `w.int32(${value});`;
  }
  if (field.type !== "string") {
    return `w.${field.type}(${value});`;
  }
  return KNOWN_TEXTS.has(field.name)
    ? `w.knownString(textOf(${value}), ${knownOf(field)});`
    : `w.string(textOf(${value}));`;
}

/** What remembers the text of a field. */
function knownOf(field: Field): string {
  return `known_${nameOf(field.parent as Type)}_${field.name}`;
}

function knownTextsOf(type: Type): string[] {
  const known = type.fieldsArray.filter(
    (field) => field.type === "string" && KNOWN_TEXTS.has(field.name),
  );
  return known.map((field) => `const ${knownOf(field)} = newWrittenText();`);
}

function numberOf(field: Field, value: string): string {
  const { values } = enumOf(field) as Enum;
  return `typeof ${value} === "string" ? (${JSON.stringify(values)}[${value}] ?? 0) : ${value}`;
}

function readerOf(type: Type): string {
  const name = nameOf(type);
  return [
    `function read_${name}(r, end) {`,
    `  const m = { ${type.fieldsArray
      .filter(hasDefault)
      .map((field) => `${field.name}: ${defaultOf(field)}`)
      .join(", ")} };`,
    "  while (r.at < end) {",
    "    const tag = r.uint32();",
    "    switch (tag) {",
    ...type.fieldsArray.map((field) => `      case ${tagOf(field)}: ${readField(field)} break;`),
    "      default: r.skip(tag & 7);",
    "    }",
    "  }",
    "  r.finish(end);",
    "  return m;",
    "}",
    "",
  ].join("\n");
}

function hasDefault(field: Field): boolean {
  return field.partOf === null;
}

function defaultOf(field: Field): string {
  if (field.map) return "{}";
  if (field.repeated) return "[]";
  if (messageOf(field) !== null) return "null";
  const names = enumOf(field)?.valuesById;
  if (names !== undefined) return JSON.stringify(names[0]);
  return DEFAULTS[field.type] ?? isIn(field, `the type ${field.type} is not supported`);
}

function readField(field: Field): string {
  const { name } = field;
  if (field.map) {
    if (field.type !== "string") {
      isIn(field, "only maps of strings are supported");
    }
    return `r.entry(m.${name}, end);`;
  }
  const value = readValue(field);
  if (field.repeated) {
    return `m.${name}.push(${value});`;
  }
  return `m.${name} = ${value};${oneOfTag(field)}`;
}

// The last one on the wire is the one that counts.
function oneOfTag(field: Field): string {
  const oneOf: OneOf | null = field.partOf;
  if (oneOf === null) {
    return "";
  }
  const others = oneOf.fieldsArray.filter((other) => other !== field);
  const forget = others.map((other) => ` delete m.${other.name};`).join("");
  const guard =
    others.length === 0
      ? ""
      : ` if (m.${oneOf.name} !== undefined && m.${oneOf.name} !== "${field.name}") {${forget} }`;
  return `${guard} m.${oneOf.name} = "${field.name}";`;
}

function readValue(field: Field): string {
  const inner = messageOf(field);
  if (inner !== null) {
    return `read_${nameOf(inner)}(r, r.end(end))`;
  }
  const names = enumOf(field)?.valuesById;
  if (names !== undefined) {
    return `named(${JSON.stringify(names)}, r.int32())`;
  }
  if (field.type === "string") {
    return KNOWN_TEXTS.has(field.name) ? "r.knownString(end)" : "r.string(end)";
  }
  return field.type === "bytes" ? "r.bytes(end)" : `r.${field.type}()`;
}

function entryOf(method: Method): string {
  const sides = [method.resolvedRequestType, method.resolvedResponseType].map((type) => {
    const name = nameOf(type as Type);
    return `{ encode: encoder(write_${name}), decode: decoder(read_${name}) }`;
  });
  return `  ${JSON.stringify(pathOf(method))}: { request: ${sides[0]}, response: ${sides[1]} },`;
}
