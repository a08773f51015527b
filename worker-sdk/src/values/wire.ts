import { type BatonRoot, loadBaton } from "@baton/proto";

type Package = BatonRoot["baton"]["v1"];

/** A message of the protocol as it is given to grpc-js. */
export type Sent<Name extends keyof Package> = Package[Name] extends {
  serialize(message: infer Message): Buffer;
}
  ? Message
  : never;

/** A message of the protocol as grpc-js hands it over, every field filled in. */
export type Received<Name extends keyof Package> = Package[Name] extends {
  deserialize(bytes: Buffer): infer Message;
}
  ? Message
  : never;

/** The clients of the protocol's services. */
export const services: Pick<
  Package,
  | "TaskService"
  | "WorkerService"
  | "WorkerAdminService"
  | "ScheduleService"
  | "EventService"
  | "OperationService"
  | "QueueService"
> = loadBaton().baton.v1;

/** The version of the lease protocol that this SDK speaks. */
export const PROTOCOL_VERSION = 1;

/** What `Hello.sdk` says. */
export const SDK_NAME = "baton-worker-sdk-typescript/0.1.0";
