import { type BatonRoot, encodeStatus, loadBaton, statusDetailsKey } from "@baton/proto";
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type sendUnaryData,
  status,
} from "@grpc/grpc-js";

import { pause } from "../time/pause.ts";

type Package = BatonRoot["baton"]["v1"];
type Lease = Package["WorkerService"]["service"]["Lease"];

/** A frame of a worker's, as it arrived. */
export type WorkerFrame = ReturnType<Lease["requestDeserialize"]>;
/** A frame to a worker. */
export type ServerFrame = Parameters<Lease["responseSerialize"]>[0];
/** The kind of a worker's frame. */
export type FrameKind = NonNullable<WorkerFrame["frame"]>;
type Settlement = NonNullable<WorkerFrame["settle"]>["settlements"][number];
type GrantedTask = NonNullable<NonNullable<NonNullable<ServerFrame["grant"]>["tasks"]>[number]>;
type Status = "OK" | "STALE" | "RETRY" | "REJECTED";

/** What a scripted dispatcher does by itself; a test changes it at any time. */
export interface Script {
  leaseTtlMs: number;
  heartbeatIntervalMs: number;
  maxPayloadBytes: number;
  /** Whether a Hello is answered with a Welcome that keeps all that is held. */
  welcomes: boolean;
  answersHeartbeats: boolean;
  /** What settlements are answered with; null for no answer. */
  settles: Status | null;
  /** Whether WorkerDrain is answered. */
  answersDrain: boolean;
}

/**
 * `WorkerService` on a real gRPC server, for what a real dispatcher does rarely: it withholds answers,
 * breaks streams, says what nobody should say.
 */
export class ScriptedWorkerService {
  readonly script: Script = {
    leaseTtlMs: 15_000,
    heartbeatIntervalMs: 5_000,
    maxPayloadBytes: 1024 * 1024,
    welcomes: true,
    answersHeartbeats: true,
    settles: "OK",
    answersDrain: true,
  };
  readonly streams: ScriptedStream[] = [];
  readonly #server = new Server();
  readonly #waiting = new Waiters();
  #port = 0;
  #token = 0;

  /** Serves on a free port of 127.0.0.1. */
  static async start(script: Partial<Script> = {}): Promise<ScriptedWorkerService> {
    const service = new ScriptedWorkerService();
    Object.assign(service.script, script);
    await service.#listen();
    return service;
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Resolves with the stream of this number, from 0, once its Hello is there. */
  stream(index: number): Promise<ScriptedStream> {
    return this.#waiting.until(`stream ${index}`, () => {
      const stream = this.streams[index];
      return stream?.frames[0] === undefined ? undefined : stream;
    });
  }

  /** A task with a lease of its own. */
  task(overrides: Partial<GrantedTask> = {}): GrantedTask & { lease: { taskId: string } } {
    this.#token += 1;
    return {
      queue: "email",
      type: "send",
      attempt: 1,
      maxAttempts: 5,
      attemptTimeout: { seconds: 600, nanos: 0 },
      lease: { taskId: `task-${this.#token}`, leaseToken: this.#token },
      ...overrides,
    } as GrantedTask & { lease: { taskId: string } };
  }

  /** Ends every stream and connection. */
  async stop(): Promise<void> {
    this.#server.forceShutdown();
  }

  async #listen(): Promise<void> {
    const { WorkerService } = loadBaton().baton.v1;
    this.#server.addService(WorkerService.service, {
      Lease: (call: ServerDuplexStream<WorkerFrame, ServerFrame>) => {
        this.streams.push(new ScriptedStream(call, this.script, this.#waiting));
      },
      Settle: (_: unknown, done: sendUnaryData<unknown>) =>
        done({ code: status.UNIMPLEMENTED, details: "scripted" }),
    });
    this.#port = await new Promise((resolve, reject) => {
      this.#server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
        error === null ? resolve(port) : reject(error),
      );
    });
  }
}

/** The dispatcher's end of one lease stream. */
export class ScriptedStream {
  /** Every frame that came, in order. */
  readonly frames: WorkerFrame[] = [];
  isHalfClosed = false;
  isOver = false;
  readonly #call: ServerDuplexStream<WorkerFrame, ServerFrame>;
  readonly #script: Script;
  readonly #waiting: Waiters;
  readonly #taken = new Map<FrameKind, number>();

  constructor(
    call: ServerDuplexStream<WorkerFrame, ServerFrame>,
    script: Script,
    waiting: Waiters,
  ) {
    this.#call = call;
    this.#script = script;
    this.#waiting = waiting;
    call.on("data", (frame: WorkerFrame) => this.#receive(frame));
    call.on("end", () => {
      this.isHalfClosed = true;
      this.end();
      waiting.look();
    });
    call.on("error", () => this.#over());
    call.on("cancelled", () => this.#over());
  }

  /** Resolves with the next frame of this kind that was not returned before. */
  next<Kind extends FrameKind>(kind: Kind): Promise<NonNullable<WorkerFrame[Kind]>> {
    const index = this.#taken.get(kind) ?? 0;
    this.#taken.set(kind, index + 1);
    return this.#waiting.until(`a ${kind}`, () => this.all(kind)[index]);
  }

  /** Every frame of this kind that came. */
  all<Kind extends FrameKind>(kind: Kind): NonNullable<WorkerFrame[Kind]>[] {
    return this.frames.flatMap((frame) =>
      frame.frame === kind ? [frame[kind]] : [],
    ) as NonNullable<WorkerFrame[Kind]>[];
  }

  /** Every settlement that came. */
  get settlements(): Settlement[] {
    return this.all("settle").flatMap(({ settlements }) => settlements);
  }

  /** Resolves with so many settlements. */
  settled(count: number): Promise<Settlement[]> {
    return this.#waiting.until(`${count} settlements`, () =>
      this.settlements.length >= count ? this.settlements : undefined,
    );
  }

  /** Resolves when the worker has said that it writes no more, or the stream is over. */
  closed(): Promise<true> {
    return this.#waiting.until("the stream's end", () =>
      this.isHalfClosed || this.isOver ? true : undefined,
    );
  }

  /** All the credit that came. */
  get credit(): number {
    return this.all("credit").reduce((sum, { tasks }) => sum + tasks, 0);
  }

  welcome(overrides: ServerFrame["welcome"] = {}): void {
    const { leaseTtlMs, heartbeatIntervalMs, maxPayloadBytes } = this.#script;
    this.send({
      welcome: {
        sessionKey: "session",
        leaseTtl: toDuration(leaseTtlMs),
        heartbeatInterval: toDuration(heartbeatIntervalMs),
        kept: this.frames[0]?.hello?.held ?? [],
        lost: [],
        maxMessageBytes: 4 * 1024 * 1024,
        maxPayloadBytes,
        ...overrides,
      },
    });
  }

  grant(...tasks: GrantedTask[]): void {
    this.send({ grant: { tasks } });
  }

  answer(settlement: Settlement, outcome: Status, reason = ""): void {
    const result = { lease: settlement.lease, status: `SETTLEMENT_STATUS_${outcome}`, reason };
    this.send({ settleAck: { results: [result] } } as ServerFrame);
  }

  /** Says something of no meaning, so that the worker does not take the stream for dead. */
  async hum(): Promise<void> {
    this.send({ throttle: { reason: "scripted" } });
    await pause(1);
  }

  send(frame: ServerFrame): void {
    if (!this.isOver) {
      this.#call.write(frame);
    }
  }

  /** Ends the stream with OK. */
  end(): void {
    if (!this.isOver) {
      this.#call.end();
    }
    this.#over();
  }

  /** Ends the stream with a status and a reason in its details. */
  fail(code: status, reason = ""): void {
    const metadata = new Metadata();
    const info = { kind: "error_info", reason, domain: "baton", metadata: {} } as const;
    metadata.set(statusDetailsKey, encodeStatus({ code, message: reason, details: [info] }));
    this.#call.emit("error", { code, details: reason, metadata });
    this.#over();
  }

  #receive(frame: WorkerFrame): void {
    this.frames.push(frame);
    const script = this.#script;
    if (frame.hello && script.welcomes) {
      this.welcome();
    } else if (frame.heartbeat && script.answersHeartbeats) {
      this.send({ heartbeatAck: { sequence: frame.heartbeat.sequence } });
    } else if (frame.settle && script.settles !== null) {
      for (const settlement of frame.settle.settlements) {
        this.answer(settlement, script.settles);
      }
    } else if (frame.drain && script.answersDrain) {
      this.send({ drainAck: {} });
    }
    this.#waiting.look();
  }

  #over(): void {
    this.isOver = true;
    this.#waiting.look();
  }
}

/** Waits for what frames will bring. */
class Waiters {
  readonly #looks = new Set<() => void>();

  look(): void {
    for (const look of this.#looks) {
      look();
    }
  }

  until<Found>(what: string, find: () => Found | undefined): Promise<Found> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#looks.delete(look);
        reject(new Error(`${what} did not come`));
      }, 4_000);
      const look = (): void => {
        const found = find();
        if (found !== undefined) {
          clearTimeout(timer);
          this.#looks.delete(look);
          resolve(found);
        }
      };
      this.#looks.add(look);
      look();
    });
  }
}

function toDuration(ms: number) {
  return { seconds: Math.floor(ms / 1000), nanos: (ms % 1000) * 1_000_000 };
}
