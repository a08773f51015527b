/** A promise that a history shows broken. */
export interface Violation {
  /** The invariant's name, such as `S5`. */
  readonly invariant: string;
  /** What it is about: a task, a submit, a stream or a process. */
  readonly subject: string;
  readonly text: string;
}

/** What a checker must know of the run beside its history. */
export interface CheckSettings {
  /** Whether the store's clock was left alone, so that its times mean something. */
  readonly isClockTrue: boolean;
  /**
   * What was answered in these spans may be forgotten, since the store's durability does not reach so
   * far (a failover without WAIT): it counts as unknown, and lost tasks are counted apart.
   */
  readonly mayForget: readonly { readonly fromMs: number; readonly toMs: number }[];
  /** Whether attempts may run out of time, so that a charged attempt needs no settlement. */
  readonly mayTimeOut: boolean;
  /** Whether everything had the time to end, and was read after that. */
  readonly isDrained: boolean;
  /**
   * For how long a queue may refuse the renewal of a session whose other queues grant it. A heartbeat is answered all
   * the same: its worker is told of what ended there once the queue answers, or when the ttl is over.
   */
  readonly mayLeaveOutMs: number;
  /** How soon the tasks of a killed worker must be granted to another; null where others may be busy. */
  readonly recoverWithinMs: number | null;
  /** The most memory a dispatcher may hold. */
  readonly maxDispatcherBytes: number;
}

/** The settings of a run without special faults. */
export const PLAIN_CHECK: CheckSettings = {
  isClockTrue: true,
  mayForget: [],
  mayTimeOut: false,
  isDrained: true,
  mayLeaveOutMs: 0,
  recoverWithinMs: null,
  maxDispatcherBytes: 1024 ** 3,
};
