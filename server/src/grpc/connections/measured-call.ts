import { constants, type ServerHttp2Stream } from "node:http2";

/**
 * What grpc-js keeps of a call and tells nobody. All of it is read, nothing written; a test fails where an
 * update of grpc-js has it no more.
 */
export interface CallInternals {
  readonly stream: ServerHttp2Stream;
  /** What the client says that its messages are compressed with. */
  readonly incomingEncoding: string;
  /** Messages that came and were not taken yet. */
  readonly readQueue: readonly unknown[];
  readonly decoder: {
    /** {@link READING_MESSAGE} while a message has come in part. */
    readonly readState: number;
    readonly readMessageSize: number;
    readonly readMessageRemaining: number;
    /** The parts of it. */
    readonly readPartialMessage: readonly unknown[];
  };
}

/** The state of a decoder that waits for more of a message. */
const READING_MESSAGE = 2;

/** What a call holds that was only opened. */
export const CALL_BYTES = 12 * 1024;
// Measured: a frame of one byte holds 430 bytes.
const PART_BYTES = 512;
const MESSAGE_BYTES = 1024;

/** Why a call has made no progress: the same value for as long as it is the same reason. */
type Waiting = unknown;
const REQUEST = "request";
const ANSWER = "answer";

/** A call, with what it makes this process hold. */
export class MeasuredCall {
  readonly #internals: CallInternals;
  /** Whether it has one request, which is held until the call ends. */
  readonly #hasOneRequest: boolean;
  /** Whether its reading was stopped in the middle of a message, for want of room. */
  #isStopped = false;
  #waitsFor: Waiting = null;
  #waitsSinceMs = 0;

  constructor(internals: CallInternals, hasOneRequest: boolean) {
    this.#internals = internals;
    this.#hasOneRequest = hasOneRequest;
  }

  /** What it makes this process hold beside {@link CALL_BYTES}, about. */
  heldBytes(): number {
    const { stream, decoder, readQueue } = this.#internals;
    const { readState, readMessageSize, readMessageRemaining, readPartialMessage } = decoder;
    let requestBytes = this.#hasOneRequest ? readMessageSize : 0;
    if (readState === READING_MESSAGE) {
      const parts = readPartialMessage.length * PART_BYTES;
      requestBytes = readMessageSize - readMessageRemaining + parts;
    }
    const unread = stream.writableLength + stream.readableLength;
    return unread + readQueue.length * MESSAGE_BYTES + requestBytes;
  }

  /** What a message that has come in part will take; 0 where there is none. */
  get arrivingBytes(): number {
    const { readState, readMessageSize } = this.#internals.decoder;
    return readState === READING_MESSAGE ? readMessageSize : 0;
  }

  /** Stops reading where it is in the middle of a message, or goes on. */
  stop(mustStop: boolean): void {
    const { stream } = this.#internals;
    if (mustStop && !this.#isStopped && this.arrivingBytes > 0) {
      this.#isStopped = true;
      stream.pause();
    } else if (!mustStop && this.#isStopped) {
      // It is still in the middle: grpc-js itself pauses between messages only.
      this.#isStopped = false;
      stream.resume();
    }
  }

  /**
   * Whether a request, or a message that began, has not come to its end in that time, or an answer was not
   * read. To be asked now and then: the time counts from when that was first seen.
   */
  isOverdue(nowMs: number, timeoutMs: number): boolean {
    const waitsFor = this.#findWaiting();
    if (waitsFor !== this.#waitsFor) {
      this.#waitsFor = waitsFor;
      this.#waitsSinceMs = nowMs;
    }
    return waitsFor !== null && nowMs - this.#waitsSinceMs >= timeoutMs;
  }

  /** Ends it without an answer; clients of gRPC see RESOURCE_EXHAUSTED. */
  cut(): void {
    this.#internals.stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM);
  }

  #findWaiting(): Waiting {
    const { stream, decoder } = this.#internals;
    if (stream.writableEnded || (this.#hasOneRequest && stream.writableLength > 0)) {
      return stream.writableLength > 0 ? ANSWER : REQUEST;
    }
    if (this.#hasOneRequest && !stream.readableEnded) {
      return REQUEST;
    }
    if (decoder.readState === READING_MESSAGE) {
      return decoder.readPartialMessage;
    }
    // As long as the number is the same, nothing was read.
    return stream.writableLength > 0 ? stream.writableLength : null;
  }
}
