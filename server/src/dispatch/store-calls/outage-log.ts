import type { Clock, Timer } from "@baton/proto/shared";
import type { QueueName } from "../../domain/ids.ts";
import type { StoreError } from "../../store/store.ts";
import type { DispatchLog } from "../log.ts";

/** What happens within this time is told together. */
const WINDOW_MS = 1_000;
const NAMES_A_LINE = 5;

/** Says which queues the store fails for: a line of each kind a second, however many they are. */
export class OutageLog {
  readonly #clock: Clock;
  readonly #log: DispatchLog;
  #away = new Set<QueueName>();
  #back = new Set<QueueName>();
  #alone = new Set<QueueName>();
  #error: StoreError | null = null;
  #timer: Timer | null = null;

  constructor(clock: Clock, log: DispatchLog) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Notes why something failed last. */
  failed(error: StoreError): void {
    this.#error = error;
  }

  /** Notes that a queue is away. */
  away(queue: QueueName): void {
    this.#away.add(queue);
    this.#tellSoon();
  }

  /** Notes that a queue answers again. */
  back(queue: QueueName): void {
    this.#back.add(queue);
    this.#tellSoon();
  }

  /** Notes that a call failed to a queue that answers. */
  alone(queue: QueueName): void {
    this.#alone.add(queue);
    this.#tellSoon();
  }

  /** Forgets what was not told yet: the whole store is away, or is back, which says more. */
  drop(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#away.clear();
    this.#back.clear();
    this.#alone.clear();
  }

  #tellSoon(): void {
    this.#timer ??= this.#clock.after(WINDOW_MS, () => {
      this.#timer = null;
      this.#tell();
    });
  }

  #tell(): void {
    const [away, back, alone] = [this.#away, this.#back, this.#alone];
    this.#away = new Set();
    this.#back = new Set();
    this.#alone = new Set();
    if (away.size > 0) {
      this.#log.warn({ ...fieldsOf(away), err: this.#error }, "the store failed for some queues");
    }
    if (alone.size > 0) {
      const message = "some calls of the store failed; the next ones succeeded";
      this.#log.warn({ ...fieldsOf(alone), err: this.#error }, message);
    }
    if (back.size > 0) {
      this.#log.info(fieldsOf(back), "the store answers for some queues again");
    }
  }
}

function fieldsOf(queues: ReadonlySet<QueueName>): { count: number; queues: QueueName[] } {
  return { count: queues.size, queues: [...queues].slice(0, NAMES_A_LINE) };
}
