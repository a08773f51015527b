import { TaskError } from "../../domain/errors.ts";
import { peerOf } from "../../net/peer.ts";

const RETRY_AFTER_MS = 1_000;

/** Counts what await streams wait for, in all and of each peer, and refuses what is too much. */
export class AwaitedShares {
  readonly #ofPeer = new Map<string, number>();
  readonly #max: number;
  readonly #maxOfPeer: number;
  #count = 0;

  /** @param maxOfPeer of one address, see `peerOf` */
  constructor(max: number, maxOfPeer: number) {
    this.#max = max;
    this.#maxOfPeer = maxOfPeer;
  }

  /** How many are awaited. */
  get count(): number {
    return this.#count;
  }

  /** How many peers wait for some. */
  get peers(): number {
    return this.#ofPeer.size;
  }

  /** Counts one more, or says why not. */
  take(peer: string): TaskError | null {
    const own = this.#ofPeer.get(peer) ?? 0;
    if (own >= this.#maxOfPeer || this.#count >= this.#max) {
      const where = own >= this.#maxOfPeer ? "your address" : "this dispatcher";
      return new TaskError("AWAITS_FULL", `${where} awaits too many tasks already`, {
        retryAfterMs: RETRY_AFTER_MS,
      });
    }
    this.#ofPeer.set(peer, own + 1);
    this.#count += 1;
    return null;
  }

  /** Counts some less. */
  release(peer: string, count: number): void {
    const own = (this.#ofPeer.get(peer) ?? 0) - count;
    this.#count -= count;
    if (own > 0) {
      this.#ofPeer.set(peer, own);
    } else {
      this.#ofPeer.delete(peer);
    }
  }
}

/** Who a call's peer is, as gRPC names it: `10.0.0.1:5000` or `[::1]:5000`. */
export function peerOfCall(call: { getPeer(): string }): string {
  const name = call.getPeer();
  return peerOf(name.slice(0, name.lastIndexOf(":")).replace(/^\[(.*)\]$/, "$1"));
}
