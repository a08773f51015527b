import type { Clock, Timer } from "@baton/proto/shared";
import { Cluster, type ClusterNode, type ClusterOptions, type RedisOptions } from "ioredis";

/** How far apart the slots are read, however often somebody asks, in milliseconds. */
const REFRESH_SPACING_MS = 1_000;

// Which of ioredis' types a reply has depends on the option left out here.
type Options = Omit<ClusterOptions, "redisOptions"> & {
  readonly redisOptions: Omit<RedisOptions, "replyMapping">;
};
type Refreshed = NonNullable<Parameters<Cluster["refreshSlotsCache"]>[0]>;

/**
 * A cluster's client that reads the map of slots at most once a second. ioredis itself reads it for every
 * connection of a subscriber that ends, and makes the next such connection as soon as it has it: while a
 * master is away that came to a hundred reads a second, each on a connection of its own, which took half a
 * core and as much of the masters that live. A command that was sent to the wrong node does not wait for it.
 */
export class SteadyCluster extends Cluster {
  readonly #clock: Clock;
  #waiting: Refreshed[] = [];
  #readAtMs = Number.NEGATIVE_INFINITY;
  #timer: Timer | null = null;

  constructor(nodes: ClusterNode[], options: Options, clock: Clock) {
    super(nodes, options);
    this.#clock = clock;
    this.on("end", () => {
      this.#timer?.cancel();
      this.#waiting = [];
    });
  }

  override refreshSlotsCache(callback?: Refreshed): void {
    if (callback !== undefined) {
      this.#waiting.push(callback);
    }
    const inMs = this.#readAtMs + REFRESH_SPACING_MS - this.#clock.monotonicMs();
    if (inMs <= 0) {
      this.#read();
    } else {
      this.#timer ??= this.#clock.after(inMs, () => this.#read());
    }
  }

  #read(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#readAtMs = this.#clock.monotonicMs();
    const waiting = this.#waiting;
    this.#waiting = [];
    super.refreshSlotsCache((error, result) => {
      for (const callback of waiting) {
        callback(error, result);
      }
    });
  }
}
