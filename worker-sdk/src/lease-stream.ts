import type { ClientDuplexStream, StatusObject } from "@grpc/grpc-js";
import { status } from "@grpc/grpc-js";
import { type BatonError, errorOfCall } from "./baton-error.ts";
import { openClient, type Target } from "./channel.ts";
import type { Clock } from "./clock.ts";
import { type Received, type Sent, services } from "./wire.ts";

/** What happens on a stream. */
export interface LeaseStreamListener {
  onFrame(frame: Received<"ServerFrame">, stream: LeaseStream): void;
  /** The stream is over; null where it ended with OK. Called once, and not after `cancel`. */
  onEnd(error: BatonError | null, stream: LeaseStream): void;
  /** Writing may go on. */
  onWritable(): void;
}

/** One `WorkerService.Lease` stream, on a connection of its own. */
export class LeaseStream {
  readonly openedAtMs: number;
  /** When the last frame came, or else the stream was opened. */
  heardAtMs: number;
  readonly #clock: Clock;
  readonly #client: InstanceType<typeof services.WorkerService>;
  readonly #call: ClientDuplexStream<Sent<"WorkerFrame">, Received<"ServerFrame">>;
  #isWritable = true;
  #isOver = false;

  constructor(target: Target, clock: Clock, listener: LeaseStreamListener) {
    this.#clock = clock;
    this.openedAtMs = clock.monotonicMs();
    this.heardAtMs = this.openedAtMs;
    this.#client = openClient(services.WorkerService, target, "stream");
    this.#call = this.#client.lease();
    // Attached in the same turn: a stream that nobody reads has no flow control.
    this.#call.on("data", (frame: Received<"ServerFrame">) => {
      if (!this.#isOver) {
        this.heardAtMs = clock.monotonicMs();
        listener.onFrame(frame, this);
      }
    });
    this.#call.on("drain", () => {
      this.#isWritable = true;
      listener.onWritable();
    });
    // Comes besides "status"; without a listener it would end the process.
    this.#call.on("error", () => {});
    this.#call.on("status", (end: StatusObject) => {
      if (!this.#isOver) {
        this.#finish();
        listener.onEnd(end.code === status.OK ? null : errorOfCall(end), this);
      }
    });
  }

  /** Whether the peer reads as fast as is written. Only small frames may be written where not. */
  get isWritable(): boolean {
    return this.#isWritable;
  }

  /** How long nothing was heard. */
  get silentMs(): number {
    return this.#clock.monotonicMs() - this.heardAtMs;
  }

  /** Writes a frame. */
  send(frame: Sent<"WorkerFrame">): void {
    this.#isWritable = this.#call.write(frame) && this.#isWritable;
  }

  /** Says that nothing more will be written; the peer then ends the stream. */
  halfClose(): void {
    this.#call.end();
  }

  /** Ends the stream at once. */
  cancel(): void {
    if (!this.#isOver) {
      this.#finish();
      this.#call.cancel();
    }
  }

  #finish(): void {
    this.#isOver = true;
    this.#client.close();
  }
}
