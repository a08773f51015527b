import type { TaskError } from "../../domain/errors.ts";
import type { TaskId } from "../../domain/ids.ts";
import type { Task } from "../../domain/task.ts";
import type { TaskFollower } from "../contract.ts";

/** Whether a task is to be read: see the table in watch-hub.ts. */
export type Due = "no" | "changed" | "ending";

/** A follower, and the number of the first read that began after it came. */
export interface Place {
  readonly follower: TaskFollower;
  readonly sinceRead: number;
  hasSeen: boolean;
}

/** A task that somebody follows: who does, and which read of it each of them was shown. */
export class FollowedTask {
  readonly id: TaskId;
  due: Due = "no";
  /** Whether the store was asked to hint its changes, and seems to have kept that. */
  isWatched = false;
  readonly #places = new Set<Place>();
  /** How many reads were begun, and the number of the one shown last. */
  #reads = 0;
  #shownRead = 0;
  #readsUnderWay = 0;

  constructor(id: TaskId) {
    this.id = id;
  }

  get isFollowed(): boolean {
    return this.#places.size > 0;
  }

  get isBeingRead(): boolean {
    return this.#readsUnderWay > 0;
  }

  join(follower: TaskFollower): Place {
    const place = { follower, sinceRead: this.#reads + 1, hasSeen: false };
    this.#places.add(place);
    return place;
  }

  /** @returns whether it was there */
  leave(place: Place): boolean {
    return this.#places.delete(place);
  }

  /** Notes that a read begins; it is not due any more. Returns the read's number. */
  beginRead(): number {
    this.due = "no";
    this.#readsUnderWay += 1;
    this.#reads += 1;
    return this.#reads;
  }

  endRead(): void {
    this.#readsUnderWay -= 1;
  }

  /** Whether a read began before one that was shown, so that it is not to be shown any more. */
  isOld(read: number): boolean {
    return read < this.#shownRead;
  }

  /** Shows what a read found. */
  show(found: Task, read: number): void {
    this.#shownRead = read;
    for (const place of [...this.#places]) {
      // A read from before a follower came may not know what the follower knows.
      if (place.sinceRead <= read) {
        place.hasSeen = true;
        place.follower.seen(found);
      }
    }
  }

  /** Lets everybody go, or those only who have not seen the task yet; they are to be told why. */
  letGo(who: "all" | "unseen"): TaskFollower[] {
    const gone = [...this.#places].filter(({ hasSeen }) => who === "all" || !hasSeen);
    for (const place of gone) {
      this.#places.delete(place);
    }
    return gone.map(({ follower }) => follower);
  }
}

/** Tells followers that they follow nothing any more. */
export function endAll(followers: readonly TaskFollower[], error: TaskError): void {
  for (const follower of followers) {
    follower.ended(error);
  }
}
