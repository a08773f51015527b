import { fileDescriptors } from "@baton/proto";
import { type Clock, LIMITS } from "@baton/proto/shared";
import {
  logVerbosity,
  Server,
  type ServerOptions,
  type ServiceDefinition,
  setLogVerbosity,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { ReflectionService } from "@grpc/reflection";
import type { Events } from "../automation/events/contract.ts";
import type { Operations } from "../automation/operations/contract.ts";
import type { Schedules } from "../automation/schedules/contract.ts";
import type { Dispatcher } from "../dispatch/contract.ts";
import type { DispatchLog } from "../dispatch/log.ts";
import type { CutReason } from "../net/listener.ts";
import { DEFAULT_MEMORY_LIMITS, MemoryBudget } from "../net/memory-budget.ts";
import { eventService } from "./admin/event-service.ts";
import { Health } from "./admin/health.ts";
import { operationService } from "./admin/operation-service.ts";
import { queueService } from "./admin/queue-service.ts";
import { scheduleService } from "./admin/schedule-service.ts";
import { workerAdminService } from "./admin/worker-admin-service.ts";
import { AwaitedShares } from "./calls/awaited-shares.ts";
import { CallDeadlines } from "./calls/call-deadlines.ts";
import type { ServiceContext } from "./calls/service-context.ts";
import { unsupportedService } from "./calls/unsupported-service.ts";
import { CallLedger, MAX_FIRST_CALLS } from "./connections/call-ledger.ts";
import { ageOptions, ConnectionAges } from "./connections/connection-ages.ts";
import { GrpcConnections } from "./connections/connections.ts";
import { OpenCalls } from "./connections/open-calls.ts";
import { taskService } from "./tasks/task-service.ts";
import { services } from "./wire.ts";
import { workerService } from "./workers/worker-service.ts";

/** What a gRPC server runs with, in milliseconds; {@link DEFAULT_GRPC_SETTINGS} has the defaults. */
export interface GrpcSettings {
  /** How long a unary call may take, but for `Await`. */
  readonly unaryTimeoutMs: number;
  /** How long a lease stream may be without a Hello. */
  readonly helloTimeoutMs: number;
  /** How long a stream that should end may still owe answers, or its peer the reading of them. */
  readonly lingerMs: number;
  /** How often the health service asks whether the dispatcher is ready. */
  readonly healthIntervalMs: number;
  /** How long a closing server waits for calls before it cuts their connections. */
  readonly closeGraceMs: number;
  /** About how old a connection gets before its client is sent to open another; 10 % more or less. */
  readonly maxConnectionAgeMs: number;
  /** How many connections are open at a time. */
  readonly maxConnections: number;
  /** How many of them may come from one address. */
  readonly maxPeerConnections: number;
  /** How many tasks may be awaited over streams, in all and of one address. */
  readonly maxAwaited: number;
  readonly maxPeerAwaited: number;
  /** How long a connection may be silent after it was opened. */
  readonly greetingTimeoutMs: number;
  /** How long a request may take to arrive, or an answer to be read. */
  readonly transferTimeoutMs: number;
  /** How often a connection is pinged. */
  readonly pingIntervalMs: number;
  /**
   * How long it may take to answer. A worker whose handler blocks it
   * answers none, and has its leases for their ttl: not shorter than that.
   */
  readonly pingTimeoutMs: number;
}

/** What a gRPC server runs with where nothing else is said. */
export const DEFAULT_GRPC_SETTINGS: GrpcSettings = {
  unaryTimeoutMs: 10_000,
  helloTimeoutMs: 10_000,
  lingerMs: 5_000,
  healthIntervalMs: 1_000,
  closeGraceMs: 2_000,
  maxConnectionAgeMs: 3_600_000,
  maxConnections: 4_096,
  maxPeerConnections: 2_048,
  maxAwaited: LIMITS.maxAwaitedInAll,
  maxPeerAwaited: LIMITS.maxAwaitedOfPeer,
  greetingTimeoutMs: 10_000,
  transferTimeoutMs: 60_000,
  pingIntervalMs: 10_000,
  pingTimeoutMs: 20_000,
};

/** What a gRPC server is made of. */
export interface GrpcServerParts {
  readonly dispatcher: Dispatcher;
  /** Without it `ScheduleService` answers NOT_SUPPORTED. */
  readonly schedules?: Schedules;
  /** Without it `EventService` answers NOT_SUPPORTED. */
  readonly events?: Events;
  /** Without it `OperationService` answers NOT_SUPPORTED. */
  readonly operations?: Operations;
  readonly clock: Clock;
  readonly log: DispatchLog;
  /** Whether clients have no other dispatcher to go to; default: they may have. */
  readonly isAlone?: boolean;
  readonly settings?: Partial<GrpcSettings>;
  /** Default: one of its own. */
  readonly budget?: MemoryBudget;
  /** Told of each connection that is refused or cut. */
  readonly onCut?: (reason: CutReason) => void;
}

/** The dispatcher's gRPC server. */
export interface GrpcServer {
  /** How many connections are open. */
  readonly openConnections: number;
  /**
   * Serves at the address, such as `127.0.0.1:0`.
   *
   * @returns the port
   * @throws with one line for people where the address cannot be had
   */
  listen(address: string): Promise<number>;
  /**
   * Says NOT_SERVING, takes no more connections and no more calls on those that are open (clients take
   * them elsewhere by themselves) unless it is alone, drains the dispatcher (workers are told to move,
   * their streams end), then ends the calls that wait. What a client had sent is answered.
   */
  drain(graceMs: number): Promise<void>;
  /** Ends every connection: at once where nothing is open, after a grace where a call still is. */
  close(): Promise<void>;
}

// The two sides of one limit: a larger lease message would end one worker's stream after the other.
const OPTIONS: ServerOptions = {
  "grpc.max_receive_message_length": LIMITS.maxMessageBytes,
  "grpc.max_send_message_length": LIMITS.maxMessageBytes,
  "grpc.max_concurrent_streams": MAX_FIRST_CALLS,
  "grpc.max_connection_idle_ms": 300_000,
};

const SERVICE_NAMES = [
  "baton.v1.TaskService",
  "baton.v1.WorkerService",
  "baton.v1.WorkerAdminService",
  "baton.v1.QueueService",
  "baton.v1.ScheduleService",
  "baton.v1.EventService",
  "baton.v1.OperationService",
];

/** Makes a gRPC server that hands every call to the dispatcher. */
export function createGrpcServer(parts: GrpcServerParts): GrpcServer {
  return new BatonServer(parts);
}

class BatonServer implements GrpcServer {
  readonly #server: Server;
  readonly #ledger: CallLedger;
  readonly #connections: GrpcConnections;
  readonly #context: ServiceContext;
  readonly #settings: GrpcSettings;
  readonly #health: Health;
  readonly #isAlone: boolean;

  constructor(parts: GrpcServerParts) {
    const { dispatcher, clock, log, settings, isAlone = false } = parts;
    this.#isAlone = isAlone;
    this.#settings = { ...DEFAULT_GRPC_SETTINGS, ...settings };
    const limits = this.#settings;
    const { maxConnectionAgeMs } = this.#settings;
    const ages = new ConnectionAges(clock, maxConnectionAgeMs);
    const { budget = new MemoryBudget(DEFAULT_MEMORY_LIMITS, clock) } = parts;
    const ledger = new CallLedger(budget, clock, limits.transferTimeoutMs);
    const server = new Server({
      ...OPTIONS,
      ...ageOptions(maxConnectionAgeMs),
      "grpc.keepalive_time_ms": limits.pingIntervalMs,
      "grpc.keepalive_timeout_ms": limits.pingTimeoutMs,
      interceptors: [ledger.interceptor],
    });
    this.#ledger = ledger;
    this.#server = server;
    const { onCut = () => {} } = parts;
    const connected = { server, limits, clock, log, ages, ledger, budget, onCut };
    this.#connections = new GrpcConnections(connected);
    this.#context = {
      dispatcher,
      clock,
      log,
      ledger,
      deadlines: new CallDeadlines(clock, this.#settings.unaryTimeoutMs),
      ages,
      submitStreams: new OpenCalls(ages),
      waitingCalls: new OpenCalls(ages),
      awaited: new AwaitedShares(limits.maxAwaited, limits.maxPeerAwaited),
      helloTimeoutMs: this.#settings.helloTimeoutMs,
      lingerMs: this.#settings.lingerMs,
    };
    const isReady = (): boolean => dispatcher.isReady();
    this.#health = new Health(SERVICE_NAMES, isReady, clock, this.#settings.healthIntervalMs);
    this.#addServices(parts);
  }

  get openConnections(): number {
    return this.#connections.open;
  }

  async listen(address: string): Promise<number> {
    // grpc-js writes to stderr what it also tells us; whoever debugs it asks for more in the environment.
    if (process.env.GRPC_VERBOSITY === undefined) {
      setLogVerbosity(logVerbosity.NONE);
    }
    const port = await this.#connections.listen(address);
    this.#health.start();
    return port;
  }

  async drain(graceMs: number): Promise<void> {
    this.#health.drain();
    // First: a worker that is told to move opens its next stream on the connection that it has.
    if (!this.#isAlone) {
      this.#connections.leave(graceMs + this.#settings.closeGraceMs);
    }
    this.#context.submitStreams.endAll();
    await this.#context.dispatcher.drain(graceMs);
    this.#context.waitingCalls.endAll();
  }

  async close(): Promise<void> {
    this.#health.drain();
    this.#health.stop();
    this.#context.submitStreams.endAll();
    this.#context.waitingCalls.endAll();
    this.#connections.stopAccepting();
    await this.#shutDown();
    this.#context.deadlines.stop();
  }

  // forceShutdown() and not drain(): that leaves connections open whose client has said GOAWAY and still
  // has a call. It finds the connections by what channelz keeps, so that must stay enabled.
  async #shutDown(): Promise<void> {
    const force = this.#context.clock.after(this.#settings.closeGraceMs, () => {
      this.#server.forceShutdown();
      this.#connections.close();
    });
    await new Promise<void>((resolve) => {
      this.#server.tryShutdown(() => resolve());
    });
    // It does not wait for what was told GOAWAY before, which may still have calls.
    await this.#connections.empty();
    force.cancel();
    this.#connections.close();
  }

  #addServices({ schedules, events, operations }: GrpcServerParts): void {
    const context = this.#context;
    const { TaskService, WorkerService, WorkerAdminService, QueueService } = services;
    const { ScheduleService, EventService, OperationService } = services;
    const add = (definition: ServiceDefinition, handlers: UntypedServiceImplementation): void =>
      this.#server.addService(this.#ledger.counted(definition), handlers);
    add(TaskService.service, taskService(context));
    add(WorkerService.service, workerService(context));
    add(WorkerAdminService.service, workerAdminService(context));
    add(QueueService.service, queueService(context));
    add(
      ScheduleService.service,
      schedules === undefined
        ? unsupportedService(context, "ScheduleService", ScheduleService.service)
        : scheduleService(context, schedules),
    );
    add(
      EventService.service,
      events === undefined
        ? unsupportedService(context, "EventService", EventService.service)
        : eventService(context, events),
    );
    add(
      OperationService.service,
      operations === undefined
        ? unsupportedService(context, "OperationService", OperationService.service)
        : operationService(context, operations),
    );
    this.#health.addTo(this.#server, context.waitingCalls);
    new ReflectionService(described()).addToServer(this.#server);
  }
}

// Reflection reads nothing of a definition but the files that its parts bring along.
function described(): ConstructorParameters<typeof ReflectionService>[0] {
  const part = { fileDescriptorProtos: fileDescriptors() };
  return { baton: part } as unknown as ConstructorParameters<typeof ReflectionService>[0];
}
