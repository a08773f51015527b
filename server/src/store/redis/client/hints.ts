import type { Clock, Timer } from "@baton/proto/shared";
import { Cluster, type Redis } from "ioredis";
import type { QueueName, SessionId } from "../../../domain/ids.ts";
import type { StoreHint } from "../../store.ts";
import { hintChannel, idOfBytes, shardedHintChannel } from "../keys.ts";
import { RecentQueues } from "./recent-queues.ts";
import type { RedisClient } from "./script.ts";

const ID_BYTES = 12;
const LINE_FEED = 10;
const SUBSCRIBE_TIMEOUT_MS = 1_000;

/** How a script hints; OTHERS is PUBLISH where another process listens than this one. */
export type HintCommand = "PUBLISH" | "SPUBLISH" | "OTHERS";

/** Where a script hints about a queue. */
export interface HintTarget {
  readonly channel: string;
  /** Begins the message: who hints, about which queue. */
  readonly head: string;
}

/**
 * Spreads hints to this process and to others. A message is `<origin> <queue>`, then lines: `r` for
 * ready, `s<session id>`, and `t` with the ids of watched tasks, 12 bytes each, to the end.
 *
 * One server has one channel for all queues. In a cluster each queue has a channel in its own slot,
 * and a process listens to those that it asked the store about.
 */
export class Hints {
  readonly #prefix: string;
  readonly #origin: string;
  readonly #clock: Clock;
  readonly #sharded: Cluster | null;
  readonly #listeners = new Set<(hint: StoreHint) => void>();
  readonly #followed = new RecentQueues<true>((queue) => this.#unfollow(queue));
  /** Whether this process hears what it publishes; of one server only. */
  #isListening = false;

  /** @param origin names this process among those on the same Redis; no blank in it */
  constructor(client: RedisClient, prefix: string, origin: string, clock: Clock) {
    this.#clock = clock;
    this.#prefix = prefix;
    this.#origin = origin;
    this.#sharded = client instanceof Cluster ? client : null;
    this.#sharded?.on("smessageBuffer", (_: Buffer, message: Buffer) => this.#receive(message));
  }

  /**
   * Listens on a connection of its own that is not ready yet, and again whenever that is made anew; for
   * one server only. What is missed meanwhile is lost, as hints may be. Resolves once it listens.
   */
  async subscribe(subscriber: Redis): Promise<void> {
    subscriber.on("messageBuffer", (_: Buffer, message: Buffer) => this.#receive(message));
    subscriber.on("close", () => {
      this.#isListening = false;
    });
    await this.#atMost(
      new Promise<void>((resolve) => {
        subscriber.on("ready", () => {
          subscriber.subscribe(hintChannel(this.#prefix)).then(
            () => {
              this.#isListening = true;
              resolve();
            },
            // The connection broke; the next one is ready in turn.
            () => undefined,
          );
        });
      }),
    );
  }

  /** Says how scripts are to hint now. */
  get command(): HintCommand {
    if (this.#sharded !== null) {
      return "SPUBLISH";
    }
    return this.#isListening ? "OTHERS" : "PUBLISH";
  }

  /** Says where scripts hint about a queue. */
  targetOf(queue: QueueName): HintTarget {
    const head = `${this.#origin} ${queue}`;
    return this.#sharded === null
      ? { channel: hintChannel(this.#prefix), head }
      : { channel: shardedHintChannel(this.#prefix, queue), head };
  }

  /**
   * Listens to a queue's hints as long as it is among those that were followed last, where each queue has a
   * channel. Never rejects.
   */
  async follow(queue: QueueName): Promise<void> {
    if (this.#sharded !== null && this.#followed.get(queue) === undefined) {
      this.#followed.set(queue, true);
      const channel = shardedHintChannel(this.#prefix, queue);
      await this.#atMost(
        this.#sharded.ssubscribe(channel).catch(() => this.#followed.delete(queue)),
      );
    }
  }

  listen(listener: (hint: StoreHint) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells this process what a script of its own hinted. */
  deliver(message: Buffer): void {
    this.#tell(message, true);
  }

  #unfollow(queue: QueueName): void {
    this.#sharded?.sunsubscribe(shardedHintChannel(this.#prefix, queue)).catch(() => undefined);
  }

  #tell(message: Buffer, isOwn: boolean): void {
    if (this.#listeners.size > 0) {
      for (const hint of decodeHints(message, isOwn)) {
        for (const listener of this.#listeners) {
          listener(hint);
        }
      }
    }
  }

  /** Nobody is kept waiting for hints, which may be lost anyway. */
  async #atMost(subscribing: Promise<unknown>): Promise<void> {
    let timer: Timer | null = null;
    const patience = new Promise<void>((resolve) => {
      timer = this.#clock.after(SUBSCRIBE_TIMEOUT_MS, resolve);
    });
    await Promise.race([subscribing.catch(() => undefined), patience]);
    (timer as Timer | null)?.cancel();
  }

  #receive(message: Buffer): void {
    if (message.toString("latin1", 0, this.#origin.length + 1) !== `${this.#origin} `) {
      this.#tell(message, false);
    }
  }
}

/**
 * Reads a message; stops quietly at what it does not know.
 *
 * @param isOwn whether a script of this process wrote it
 */
export function decodeHints(message: Buffer, isOwn: boolean): StoreHint[] {
  const hints: StoreHint[] = [];
  let at = lineEnd(message, 0);
  const queue = message.toString("latin1", message.indexOf(" ") + 1, at) as QueueName;
  while (at < message.length) {
    const kind = message.toString("latin1", at + 1, at + 2);
    const end = kind === "t" ? message.length : lineEnd(message, at + 1);
    if (kind === "r") {
      hints.push({ kind: "ready", queue, isOwn });
    } else if (kind === "s") {
      const sessionId = message.toString("latin1", at + 2, end) as SessionId;
      hints.push({ kind: "session", sessionId });
    } else if (kind === "t") {
      hints.push({ kind: "tasks", taskIds: idsOf(queue, message.subarray(at + 2)) });
    }
    at = end;
  }
  return hints;
}

function idsOf(queue: QueueName, bytes: Buffer) {
  return Array.from({ length: Math.floor(bytes.length / ID_BYTES) }, (_, index) =>
    idOfBytes(queue, bytes.subarray(index * ID_BYTES, (index + 1) * ID_BYTES)),
  );
}

function lineEnd(message: Buffer, from: number): number {
  const at = message.indexOf(LINE_FEED, from);
  return at < 0 ? message.length : at;
}
