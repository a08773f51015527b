import { type BatonRoot, loadBaton } from "@baton/proto";
import type {
  handleBidiStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
} from "@grpc/grpc-js";
import { guarded } from "./calls/flood-guard.ts";

type Package = BatonRoot["baton"]["v1"];
type ServiceName = {
  [Name in keyof Package]: Package[Name] extends { service: unknown } ? Name : never;
}[keyof Package];
type Definition<Name extends ServiceName> = Package[Name]["service"];
type MethodName<Name extends ServiceName> = keyof {
  [Method in keyof Definition<Name> as string extends Method
    ? never
    : number extends Method
      ? never
      : Method]: true;
};
type Handler<Request, Response> =
  | handleUnaryCall<Request, Response>
  | handleServerStreamingCall<Request, Response>
  | handleBidiStreamingCall<Request, Response>;

const {
  TaskService,
  WorkerService,
  WorkerAdminService,
  QueueService,
  ScheduleService,
  EventService,
  OperationService,
} = loadBaton().baton.v1;

/** The services' definitions, for a server to add; see {@link guarded}. */
export const services: { readonly [Name in ServiceName]: { readonly service: Definition<Name> } } =
  {
    TaskService: { service: guarded(TaskService.service) },
    WorkerService: { service: guarded(WorkerService.service) },
    WorkerAdminService: { service: guarded(WorkerAdminService.service) },
    QueueService: { service: guarded(QueueService.service) },
    ScheduleService: { service: guarded(ScheduleService.service) },
    EventService: { service: guarded(EventService.service) },
    OperationService: { service: guarded(OperationService.service) },
  };

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

/** A handler for every method of a service; one that is missing does not compile. */
export type Handlers<Name extends ServiceName> = {
  [Method in MethodName<Name>]: Definition<Name>[Method] extends {
    requestDeserialize(bytes: Buffer): infer Request;
    responseSerialize(message: infer Response): Buffer;
  }
    ? Handler<Request, Response>
    : never;
};
