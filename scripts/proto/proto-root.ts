import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Method, Root } from "protobufjs";

/** The folder of the package that has the .proto files. */
export const protoFolder: string = join(import.meta.dirname, "../../proto");

/** protobufjs, which is that package's dependency. */
export const protobuf: typeof import("protobufjs") = createRequire(
  join(protoFolder, "package.json"),
)("protobufjs");

/** Reads files of Baton's, named as an import of theirs would be, and resolves every type in them. */
export function loadRoot(files: readonly string[]): Root {
  const loaded = new protobuf.Root();
  const plain = loaded.resolvePath.bind(loaded);
  loaded.resolvePath = (origin, target) =>
    existsSync(join(protoFolder, target)) ? join(protoFolder, target) : plain(origin, target);
  loaded.loadSync([...files]);
  loaded.resolveAll();
  return loaded;
}

/** Returns a method by its full name, such as `baton.v1.TaskService.Submit`. */
export function methodNamed(root: Root, name: string): Method {
  const at = name.lastIndexOf(".");
  const method = root.lookupService(name.slice(0, at)).methods[name.slice(at + 1)];
  if (method === undefined) {
    throw new Error(`there is no method ${name}`);
  }
  return method.resolve() as Method;
}

/** The path that a method has on the wire. */
export function pathOf(method: Method): string {
  return `/${(method.parent?.fullName ?? "").slice(1)}/${method.name}`;
}
