import { beforeNextEvent, type Clock, type Timer } from "@baton/proto/shared";
import { TaskError } from "../../domain/errors.ts";
import type { TaskId } from "../../domain/ids.ts";
import type { Task } from "../../domain/task.ts";
import type { Settlement, Store } from "../../store/store.ts";
import type { TaskFollower } from "../contract.ts";
import type { DispatchLog } from "../log.ts";
import { taskNotFound } from "../operating/operations.ts";
import type { DispatchSettings } from "../settings.ts";
import { taskErrorOf } from "../store-calls/store-failure.ts";
import { type Due, endAll, FollowedTask, type Place } from "./followed-task.ts";

const MAX_POLLED_A_TICK = 1_000;
/** How long the end of a task that runs here is waited for before the task is looked at. */
const RUNNING_MS = 20;

// A followed task is due or not, is being read or not, and is watched or not:
//
// | due       | what it means                                | read                             | becomes `no`   |
// | --------- | -------------------------------------------- | -------------------------------- | -------------- |
// | `no`      | nothing is known to have changed             | at the next poll                 |                |
// | `changed` | it may have, since the last read began       | in this turn of the event loop   | as it is begun |
// | `ending`  | the same, and its settlement is under way    | as above, or right behind that   | as it is begun |
//
// * A task that becomes due while it is read is read again once that read is answered, not beside it; but right
//   behind a settlement it is read at once.
// * Watched: the store was asked to hint its changes, by a read that it answered, and no poll has come since, for a
//   store that lost its last writes has forgotten. A read asks for it, but where it most likely finds the end.
// * In `#running` is what runs here and is followed for its end only: it becomes due after a moment, or when
//   anything is known of it.
// * The timer of polls runs while anything is followed, that of `#running` while there is something in it. Once the
//   hub was ended, nothing is followed any more.

/** What a {@link WatchHub} needs. */
export interface WatchHubOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: DispatchLog;
  readonly settings: DispatchSettings;
  /** How far a worker here is with the task; null where none has it. */
  readonly stageOf: (id: TaskId) => "running" | "settling" | null;
}

/** Reads followed tasks when a hint says that they changed, and now and then in case one was lost. */
export class WatchHub {
  readonly #options: WatchHubOptions;
  readonly #followed = new Map<TaskId, FollowedTask>();
  /** Due, and not being read. */
  readonly #due = new Set<FollowedTask>();
  /** Run here and were not looked at yet. */
  readonly #running = new Set<FollowedTask>();
  #runningTimer: Timer | null = null;
  #isScheduled = false;
  #timer: Timer | null = null;
  #endedBy: TaskError | null = null;

  constructor(options: WatchHubOptions) {
    this.#options = options;
  }

  /** See `Dispatcher.follow`. */
  follow(id: TaskId, follower: TaskFollower): () => void {
    if (this.#endedBy !== null) {
      follower.ended(this.#endedBy);
      return () => {};
    }
    let task = this.#followed.get(id);
    if (task === undefined) {
      task = new FollowedTask(id);
      this.#followed.set(id, task);
    }
    const place = task.join(follower);
    const stage = follower.awaitsEnd ? this.#options.stageOf(id) : null;
    if (stage === "running") {
      this.#lookLater(task);
    } else {
      this.#becomesDue(task, stage === "settling" ? "ending" : "changed");
    }
    this.#timer ??= this.#pollLater();
    return () => this.#leave(id, place);
  }

  /**
   * Reads followed tasks right behind their settlements, which are just being sent to the store: where it
   * carries out calls in their order, the outcome is there a round trip sooner. A hint follows anyway.
   */
  settling(batch: readonly Settlement[]): void {
    if (this.#followed.size === 0) {
      return;
    }
    const tasks: FollowedTask[] = [];
    for (const { lease } of batch) {
      const task = this.#followed.get(lease.taskId);
      if (task !== undefined) {
        this.#running.delete(task);
        this.#due.delete(task);
        task.due = "ending";
        tasks.push(task);
      }
    }
    if (tasks.length > 0) {
      beforeNextEvent(() => this.#readAll(tasks));
    }
  }

  /** Takes a hint in. */
  hint(ids: readonly TaskId[]): void {
    for (const id of ids) {
      const task = this.#followed.get(id);
      if (task !== undefined) {
        this.#changed(task);
      }
    }
  }

  /** Ends everything that is followed, with the error. */
  end(error: TaskError): void {
    this.#endedBy = error;
    for (const task of [...this.#followed.values()]) {
      this.#endAll(task, error);
    }
  }

  #leave(id: TaskId, place: Place): void {
    const task = this.#followed.get(id);
    if (task?.leave(place) && !task.isFollowed) {
      this.#forget(task);
    }
  }

  #forget(task: FollowedTask): void {
    this.#followed.delete(task.id);
    this.#due.delete(task);
    this.#running.delete(task);
    if (this.#followed.size === 0) {
      this.#timer?.cancel();
      this.#timer = null;
      this.#runningTimer?.cancel();
      this.#runningTimer = null;
    }
  }

  /** To look at once, and to ask for hints, would be for nothing where the task ends in a moment. */
  #lookLater(task: FollowedTask): void {
    this.#running.add(task);
    this.#runningTimer ??= this.#options.clock.after(RUNNING_MS, () => {
      this.#runningTimer = null;
      for (const running of this.#running) {
        this.#changed(running);
      }
      this.#running.clear();
    });
  }

  #changed(task: FollowedTask): void {
    this.#becomesDue(task, task.due === "ending" ? "ending" : "changed");
  }

  #becomesDue(task: FollowedTask, due: Due): void {
    task.due = due;
    this.#running.delete(task);
    if (task.isBeingRead) {
      return;
    }
    this.#due.add(task);
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      setImmediate(() => this.#readDue());
    }
  }

  #readDue(): void {
    this.#isScheduled = false;
    const tasks = [...this.#due];
    this.#due.clear();
    this.#readAll(tasks);
  }

  #readAll(tasks: readonly FollowedTask[]): void {
    const { settings } = this.#options;
    for (let at = 0; at < tasks.length; at += settings.maxCallItems) {
      this.#read(tasks.slice(at, at + settings.maxCallItems)).catch((error: unknown) => {
        this.#options.log.error({ err: error }, "followed tasks could not be shown");
      });
    }
  }

  async #read(tasks: readonly FollowedTask[]): Promise<void> {
    const { store, settings } = this.#options;
    const watch = tasks.some(({ isWatched, due }) => !isWatched && due !== "ending");
    const reads = tasks.map((task) => {
      this.#due.delete(task);
      return task.beginRead();
    });
    let found: readonly (Task | null)[] | TaskError;
    try {
      found = await store.get(
        tasks.map(({ id }) => id),
        { watch },
      );
      for (const task of tasks) {
        task.isWatched ||= watch;
      }
    } catch (error) {
      found = taskErrorOf(error, settings.retryAfterMs);
    }
    tasks.forEach((task, index) => {
      task.endRead();
      if (found instanceof TaskError) {
        this.#readFailed(task, found);
      } else {
        this.#show(task, found[index] ?? null, reads[index] as number);
      }
      // It did not end after all, and hints of what follows were not asked for.
      const isUnwatched = !(found instanceof TaskError) && !task.isWatched;
      if ((task.due !== "no" || isUnwatched) && task.isFollowed) {
        this.#changed(task);
      }
    });
  }

  #show(task: FollowedTask, found: Task | null, read: number): void {
    if (!task.isFollowed || task.isOld(read)) {
      return;
    }
    if (found === null) {
      this.#endAll(task, taskNotFound(task.id, this.#options.clock.nowMs()));
    } else {
      task.show(found, read);
    }
  }

  // Who has seen the task waits on: the poll tries again.
  #readFailed(task: FollowedTask, error: TaskError): void {
    const gone = task.letGo("unseen");
    if (gone.length > 0 && !task.isFollowed) {
      this.#forget(task);
    }
    endAll(gone, error);
  }

  #endAll(task: FollowedTask, error: TaskError): void {
    const gone = task.letGo("all");
    this.#forget(task);
    endAll(gone, error);
  }

  #pollLater(): Timer {
    const { clock, settings } = this.#options;
    return clock.after(settings.pollIntervalMs, () => {
      this.#timer = this.#pollLater();
      this.#poll();
    });
  }

  #poll(): void {
    const tasks: FollowedTask[] = [];
    for (const task of this.#followed.values()) {
      tasks.push(task);
      if (tasks.length === MAX_POLLED_A_TICK) {
        break;
      }
    }
    for (const task of tasks) {
      // Moved to the end, so that very many tasks take turns.
      this.#followed.delete(task.id);
      this.#followed.set(task.id, task);
      // A store that lost its last writes has forgotten that it is to hint.
      task.isWatched = false;
      this.#changed(task);
    }
  }
}
