import type { Clock } from "@baton/proto/shared";
import { type Client, type ClientDuplexStream, type StatusObject, status } from "@grpc/grpc-js";
import { type BatonError, errorOfCall } from "../values/baton-error.ts";

/** What happens on a stream. */
export interface LiveStreamListener<Out, In> {
  onMessage(message: In, stream: LiveStream<Out, In>): void;
  /** The stream is over; null where it ended with OK. Called once, and not after `cancel`. */
  onEnd(error: BatonError | null, stream: LiveStream<Out, In>): void;
  /** Writing may go on. */
  onWritable(): void;
}

/** A bidirectional stream that lives long, with a client of its own that is closed with it. */
export class LiveStream<Out, In> {
  readonly openedAtMs: number;
  readonly #clock: Clock;
  readonly #client: Client;
  readonly #call: ClientDuplexStream<Out, In>;
  #heardAtMs: number;
  /** When something was asked first since the last message came; null where nothing was. */
  #askedAtMs: number | null = null;
  #isWritable = true;
  #isOver = false;

  constructor(
    client: Client,
    call: ClientDuplexStream<Out, In>,
    clock: Clock,
    listener: LiveStreamListener<Out, In>,
  ) {
    this.#client = client;
    this.#call = call;
    this.#clock = clock;
    this.openedAtMs = clock.monotonicMs();
    this.#heardAtMs = this.openedAtMs;
    // Attached in the turn the stream is made in: one that nobody reads has no flow control.
    call.on("data", (message: In) => {
      if (!this.#isOver) {
        this.#heardAtMs = clock.monotonicMs();
        this.#askedAtMs = null;
        listener.onMessage(message, this);
      }
    });
    call.on("drain", () => {
      this.#isWritable = true;
      listener.onWritable();
    });
    // Comes besides "status"; without a listener it would end the process.
    call.on("error", () => {});
    call.on("status", (end: StatusObject) => {
      if (!this.#isOver) {
        this.#finish();
        listener.onEnd(end.code === status.OK ? null : errorOfCall(end), this);
      }
    });
  }

  /** When the last message came, or else the stream was opened. */
  get heardAtMs(): number {
    return this.#heardAtMs;
  }

  /** How long nothing was heard. */
  get silentMs(): number {
    return this.#clock.monotonicMs() - this.#heardAtMs;
  }

  /** When something was asked first since the last message came; null where nothing was. */
  get askedAtMs(): number | null {
    return this.#askedAtMs;
  }

  /** Whether the peer reads as fast as is written. Only small messages may be written where not. */
  get isWritable(): boolean {
    return this.#isWritable;
  }

  /** Sends what is always answered. */
  ask(message: Out): void {
    this.#askedAtMs ??= this.#clock.monotonicMs();
    this.send(message);
  }

  send(message: Out): void {
    this.#isWritable = this.#call.write(message) && this.#isWritable;
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
