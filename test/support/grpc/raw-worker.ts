import { setTimeout as sleep } from "node:timers/promises";
import { loadBaton } from "@baton/proto";
import { type ClientDuplexStream, credentials } from "@grpc/grpc-js";

const { WorkerService } = loadBaton().baton.v1;
type Lease = (typeof WorkerService)["service"]["Lease"];
type WorkerFrame = Parameters<Lease["requestSerialize"]>[0];
type ServerFrame = ReturnType<Lease["responseDeserialize"]>;
type Settlement = NonNullable<NonNullable<WorkerFrame["settle"]>["settlements"]>[number];
type Hello = NonNullable<WorkerFrame["hello"]>;
export type GrantedTask = NonNullable<ServerFrame["grant"]>["tasks"][number];
export type SettlementResult = NonNullable<ServerFrame["settleAck"]>["results"][number];

/** A lease on the wire. */
export interface LeaseRef {
  readonly taskId: string;
  readonly leaseToken: string;
}

/** One stream of the worker. */
export interface RawStream {
  readonly call: ClientDuplexStream<WorkerFrame, ServerFrame>;
  welcomed: boolean;
  heardAtMs: number;
  helloAtMs: number;
  readonly sentAtMs: Map<number, number>;
}

interface Attempt {
  readonly lease: LeaseRef;
  readonly abort: AbortController;
}

type Outcome = Pick<Settlement, "complete" | "fail" | "release">;

const noLease: LeaseRef = { taskId: "", leaseToken: "0" };
const tickMs = 20;

/**
 * A correct worker program without the SDK, as docs/protocol.md describes one; each way of breaking the
 * protocol overrides one method of it.
 */
export class RawWorker {
  protected readonly concurrency = Number(process.env.BATON_CONCURRENCY ?? "4");
  protected readonly attempts = new Map<string, Attempt>();
  protected readonly outbox = new Map<string, Settlement>();
  protected current: RawStream | null = null;
  protected sessionKey = "";
  protected intervalMs = 5_000;
  protected ttlMs = 15_000;
  protected renewedAtMs = 0;
  protected isDraining = false;
  readonly #client = new WorkerService(
    process.env.BATON_ADDRESS ?? "",
    credentials.createInsecure(),
    { "grpc.initial_reconnect_backoff_ms": 100, "grpc.max_reconnect_backoff_ms": 1_000 },
  );
  #beatAtMs = 0;
  #sequence = 0;
  #streamsOpened = 0;

  /** Works until SIGTERM. */
  async run(): Promise<void> {
    process.once("SIGTERM", () => this.drain());
    const ticking = setInterval(() => this.#tick(), tickMs);
    let boundMs = 200;
    while (!this.#isDone()) {
      const wasWelcomed = await this.openStream();
      boundMs = wasWelcomed ? 200 : Math.min(2 * boundMs, 5_000);
      if (!this.#isDone()) {
        await sleep(this.pauseMs(boundMs));
      }
    }
    clearInterval(ticking);
    this.#client.close();
  }

  /** Opens a stream and resolves when it is over, with whether it was welcomed. */
  protected openStream(): Promise<boolean> {
    const stream: RawStream = {
      call: this.#client.Lease(),
      welcomed: false,
      heardAtMs: performance.now(),
      helloAtMs: performance.now(),
      sentAtMs: new Map(),
    };
    this.current ??= stream;
    return new Promise((resolve) => {
      stream.call.on("data", (frame) => this.receive(frame, stream));
      stream.call.on("error", () => undefined);
      stream.call.on("close", () => {
        if (this.current !== stream) {
          return;
        }
        this.current = null;
        resolve(stream.welcomed);
      });
      stream.call.on("status", () => stream.call.emit("close"));
      this.send(stream, { hello: this.hello() });
    });
  }

  protected hello(): Hello {
    const resumes = this.sessionKey !== "";
    this.#streamsOpened += 1;
    return {
      protocolVersion: 1,
      workerId: `raw-${process.pid}`,
      resumeSession: this.sessionKey,
      subscriptions: [{ queue: process.env.BATON_QUEUE ?? "" }],
      held: resumes ? this.held() : [],
      sdk: "raw",
      streamNumber: this.#streamsOpened,
    };
  }

  /** The leases that run or whose settlements are unanswered. */
  protected held(): LeaseRef[] {
    const unanswered = [...this.outbox.values()].map(({ lease }) => lease as LeaseRef);
    return [...[...this.attempts.values()].map(({ lease }) => lease), ...unanswered];
  }

  protected pauseMs(boundMs: number): number {
    return Math.random() * boundMs;
  }

  protected send(stream: RawStream, frame: WorkerFrame): void {
    if (stream.call.writable) {
      stream.call.write(frame);
    }
  }

  protected receive(frame: ServerFrame, stream: RawStream): void {
    stream.heardAtMs = performance.now();
    if (frame.frame === "welcome") {
      this.welcomed(frame, stream);
    } else if (frame.frame === "grant") {
      for (const task of frame.grant?.tasks ?? []) {
        this.granted(task);
      }
    } else if (frame.frame === "heartbeatAck") {
      this.heartbeatAcked(frame, stream);
    } else if (frame.frame === "settleAck") {
      for (const result of frame.settleAck?.results ?? []) {
        this.settleAcked(result);
      }
    } else if (frame.frame === "cancel") {
      this.cancelled(frame.cancel?.lease ?? noLease);
    } else if (frame.frame === "dismiss") {
      this.dismissed();
    } else if (frame.frame === "drain") {
      this.move(stream);
    }
  }

  protected welcomed({ welcome }: ServerFrame, stream: RawStream): void {
    stream.welcomed = true;
    const previous = this.current;
    this.current = stream;
    if (previous !== null && previous !== stream) {
      previous.call.end();
    }
    this.ttlMs = toMs(welcome?.leaseTtl);
    this.intervalMs = toMs(welcome?.heartbeatInterval);
    this.sessionKey = welcome?.sessionKey ?? "";
    this.renewedAtMs = stream.helloAtMs;
    this.#beatAtMs = performance.now() + this.intervalMs;
    for (const lease of welcome?.lost ?? []) {
      this.lost(lease);
    }
    this.resend();
    this.giveCredit(this.concurrency - this.attempts.size);
    if (this.isDraining) {
      this.send(stream, { drain: { reason: "SIGTERM" } });
    }
  }

  /** Sends what was not answered again. */
  protected resend(): void {
    for (const settlement of this.outbox.values()) {
      this.sendSettlement(settlement);
    }
  }

  protected giveCredit(tasks: number): void {
    if (this.current?.welcomed && !this.isDraining && tasks > 0) {
      this.send(this.current, { credit: { tasks } });
    }
  }

  protected granted(task: GrantedTask): void {
    if (this.isDraining) {
      this.settle(task.lease ?? noLease, { release: { reason: "draining" } });
    } else {
      void this.start(task);
    }
  }

  protected async start(task: GrantedTask): Promise<void> {
    const lease = task.lease ?? noLease;
    const attempt = { lease, abort: new AbortController() };
    this.attempts.set(keyOf(lease), attempt);
    console.log(`started ${keyOf(lease)}`);
    const outcome = await this.#outcomeOf(task, attempt.abort.signal);
    const how = attempt.abort.signal.aborted ? "stopped" : outcome.fail ? "failed" : "returned";
    console.log(`ended ${keyOf(lease)} ${how}`);
    this.attempts.delete(keyOf(lease));
    if (how !== "stopped") {
      this.settle(lease, outcome);
    }
    this.giveCredit(1);
    this.leaveWhenDone();
  }

  async #outcomeOf(task: GrantedTask, signal: AbortSignal): Promise<Outcome> {
    try {
      const value = await this.handle(task, signal);
      return value.length > 1024 * 1024
        ? { fail: { failure: { type: "ResultTooLarge", message: `${value.length} bytes` } } }
        : { complete: { result: { value, contentType: "text/plain" } } };
    } catch (error) {
      const type = error instanceof Error ? error.message : "unknown";
      return {
        fail: {
          failure: { type: type.replace(/^!/, ""), message: "asked to fail" },
          nonRetryable: type.startsWith("!"),
        },
      };
    }
  }

  protected async handle(task: GrantedTask, signal: AbortSignal): Promise<Buffer> {
    const text = task.payload.toString();
    switch (task.type) {
      case "echo":
        return Buffer.from(task.payload);
      case "sleep":
        await sleep(Number(text), undefined, { signal });
        return Buffer.from("slept");
      case "fail":
        throw new Error(text);
      case "trace":
        return Buffer.from(this.traceparent(task));
      case "bytes":
        return Buffer.alloc(Number(text));
      default:
        throw new Error("!UnknownType");
    }
  }

  /** A span of its own under the submitter's. */
  protected traceparent(task: GrantedTask): string {
    const [version, traceId, , flags] = (task.headers.traceparent ?? "").split("-");
    return [version, traceId, "00f067aa0ba902b7", flags].join("-");
  }

  protected settle(lease: LeaseRef, outcome: Outcome): void {
    const settlement = { lease, ...outcome };
    this.outbox.set(keyOf(lease), settlement);
    this.sendSettlement(settlement);
  }

  protected sendSettlement(settlement: Settlement): void {
    if (this.current?.welcomed) {
      this.send(this.current, { settle: { settlements: [settlement] } });
    }
  }

  protected settleAcked({ lease, status }: SettlementResult): void {
    const key = keyOf(lease ?? noLease);
    const settlement = this.outbox.get(key);
    if (settlement === undefined) {
      return;
    }
    if (status === "SETTLEMENT_STATUS_RETRY") {
      void sleep(100).then(() => this.sendSettlement(settlement));
      return;
    }
    this.outbox.delete(key);
    if (status === "SETTLEMENT_STATUS_REJECTED") {
      this.settle(lease ?? noLease, {
        fail: { failure: { type: "Rejected", message: "rejected" }, nonRetryable: true },
      });
    }
    this.leaveWhenDone();
  }

  protected heartbeatAcked({ heartbeatAck }: ServerFrame, stream: RawStream): void {
    const sentAtMs = stream.sentAtMs.get(heartbeatAck?.sequence ?? 0);
    stream.sentAtMs.delete(heartbeatAck?.sequence ?? 0);
    this.renewedAtMs = sentAtMs ?? this.renewedAtMs;
    for (const lease of heartbeatAck?.lost ?? []) {
      this.lost(lease);
    }
    for (const lease of heartbeatAck?.cancelled ?? []) {
      this.cancelled(lease);
    }
  }

  protected cancelled(lease: LeaseRef): void {
    this.attempts.get(keyOf(lease))?.abort.abort();
  }

  protected lost(lease: LeaseRef): void {
    this.attempts.get(keyOf(lease))?.abort.abort();
  }

  /** Opens another stream; its Welcome closes this one. */
  protected move(_stream: RawStream): void {
    void this.openStream();
  }

  #tick(): void {
    const nowMs = performance.now();
    if (nowMs - this.renewedAtMs > this.ttlMs - 100) {
      this.fence();
    }
    const stream = this.current;
    if (stream?.welcomed && nowMs >= this.#beatAtMs) {
      this.#beatAtMs = nowMs + this.intervalMs;
      this.#sequence += 1;
      stream.sentAtMs.set(this.#sequence, nowMs);
      this.beat(stream, this.#sequence);
    }
    if (stream !== null && nowMs - stream.heardAtMs > 2.5 * this.intervalMs) {
      this.silent(stream);
    }
  }

  protected beat(stream: RawStream, sequence: number): void {
    const leases = [...this.attempts.values()].map(({ lease }) => ({ lease }));
    this.send(stream, { heartbeat: { leases, sequence } });
  }

  /** The ttl is about to run out. */
  protected fence(): void {
    for (const { abort } of this.attempts.values()) {
      abort.abort();
    }
  }

  protected silent(stream: RawStream): void {
    stream.call.cancel();
  }

  protected dismissed(): void {
    this.drain();
  }

  protected drain(): void {
    this.isDraining = true;
    if (this.current?.welcomed) {
      this.send(this.current, { drain: { reason: "SIGTERM" } });
    }
    this.leaveWhenDone();
  }

  protected leaveWhenDone(): void {
    if (this.#isDone()) {
      this.current?.call.end();
    }
  }

  #isDone(): boolean {
    return this.isDraining && this.attempts.size === 0 && this.outbox.size === 0;
  }
}

/** Returns a lease as the conformance contract writes it. */
export function keyOf(lease: { readonly taskId?: string; readonly leaseToken?: unknown }): string {
  return `${lease.taskId} ${lease.leaseToken}`;
}

function toMs(
  duration: { readonly seconds: unknown; readonly nanos: number } | null | undefined,
): number {
  return Number(duration?.seconds ?? 0) * 1000 + (duration?.nanos ?? 0) / 1_000_000;
}
