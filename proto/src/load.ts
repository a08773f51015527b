import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadPackageDefinition } from "@grpc/grpc-js";
import { loadSync, type Options, type PackageDefinition } from "@grpc/proto-loader";
import { codecs } from "./codecs.generated.ts";
import type { ProtoGrpcType as EventServiceRoot } from "./generated/event_service.ts";
import type { ProtoGrpcType as OperationServiceRoot } from "./generated/operation_service.ts";
import type { ProtoGrpcType as QueueServiceRoot } from "./generated/queue_service.ts";
import type { ProtoGrpcType as ScheduleServiceRoot } from "./generated/schedule_service.ts";
import type { ProtoGrpcType as TaskServiceRoot } from "./generated/task_service.ts";
import type { ProtoGrpcType as WorkerAdminServiceRoot } from "./generated/worker_admin_service.ts";
import type { ProtoGrpcType as WorkerServiceRoot } from "./generated/worker_service.ts";

/** Every service and message of package `baton.v1`, as grpc-js constructors and service definitions. */
export type BatonRoot = EventServiceRoot &
  OperationServiceRoot &
  QueueServiceRoot &
  ScheduleServiceRoot &
  TaskServiceRoot &
  WorkerAdminServiceRoot &
  WorkerServiceRoot;

/** The folder that imports such as `baton/v1/task.proto` are relative to. */
export const protoRoot: string = fileURLToPath(new URL("../", import.meta.url));

/** Baton's protocol files, relative to {@link protoRoot}. */
export const protoFiles: readonly string[] = readdirSync(new URL("../baton/v1/", import.meta.url))
  .filter((name) => name.endsWith(".proto"))
  .sort()
  .map((name) => `baton/v1/${name}`);

const loaderOptions: Readonly<Record<string, string | boolean>> = JSON.parse(
  readFileSync(new URL("../loader-options.json", import.meta.url), "utf8"),
);

// protobufjs knows a representation by its constructor, not by the constructor's name.
const typeOptions: Options = Object.fromEntries(
  Object.entries(loaderOptions).map(([name, value]) => [name, value === "String" ? String : value]),
);

/**
 * What proto-loader makes of {@link protoFiles}; the reflection service is built from it. The methods that
 * carry tasks have codecs of their own: what they read is the same, in a fraction of the time.
 */
export const packageDefinition: PackageDefinition = withCodecs(
  loadSync([...protoFiles], { ...typeOptions, includeDirs: [protoRoot] }),
);

/**
 * Returns the typed clients and service definitions, for example `loadBaton().baton.v1.TaskService`.
 * The types are generated with the same options that the files are loaded with.
 */
export function loadBaton(): BatonRoot {
  return loadPackageDefinition(packageDefinition) as unknown as BatonRoot;
}

interface Codec {
  readonly encode: (message: object) => Buffer;
  readonly decode: (bytes: Buffer) => object;
}

type Codecs = Readonly<Record<string, { readonly request: Codec; readonly response: Codec }>>;

function withCodecs(definition: PackageDefinition): PackageDefinition {
  for (const methods of Object.values(definition)) {
    for (const method of "format" in methods ? [] : Object.values(methods)) {
      const codec = (codecs as Codecs)[method.path];
      if (codec !== undefined) {
        method.requestSerialize = codec.request.encode;
        method.requestDeserialize = codec.request.decode;
        method.responseSerialize = codec.response.encode;
        method.responseDeserialize = codec.response.decode;
      }
    }
  }
  return definition;
}
