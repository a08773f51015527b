import { LIMITS } from "@baton/proto/shared";
import { type handleBidiStreamingCall, Metadata, type ServerDuplexStream } from "@grpc/grpc-js";
import type { TaskError } from "../../domain/errors.ts";
import type { TaskId } from "../../domain/ids.ts";
import type { Task } from "../../domain/task.ts";
import { isFinal } from "../../domain/task-state.ts";
import { FieldChecks, fieldError } from "../../intake/validate-fields.ts";
import { checkTaskId } from "../../intake/validate-lease.ts";
import { peerOfCall } from "../calls/awaited-shares.ts";
import { endWithError, refuseFlood, streaming } from "../calls/handler.ts";
import type { ServiceContext } from "../calls/service-context.ts";
import { toWireTask, wireTaskBytes } from "../convert/task.ts";
import { toItemStatus, toTaskError } from "../status.ts";
import type { Received, Sent } from "../wire.ts";

type Request = Received<"AwaitStreamRequest">;
type Call = ServerDuplexStream<Request, Sent<"AwaitStreamResponse">>;
type Outcome = Pick<Sent<"AwaitItemResult">, "task" | "error">;

/** So many tasks are looked at for the first time at once: each may be final, and large. */
const MAX_LOOKS = 1_000;
/** A message stays below this, unless one task alone is larger. */
const MAX_MESSAGE_BYTES = 1024 * 1024;
/** What waits for a client that reads too slowly. Tasks beyond are read again once it does. */
const MAX_BYTES_UNWRITTEN = 4 * 1024 * 1024;
/** No less than the status of an item takes. */
const STATUS_BYTES = 4 * 1024;
const NOT_FOLLOWED = (): void => {};

/** A task that is awaited under a number of the client's. */
interface AwaitedItem {
  readonly sequence: string;
  readonly id: TaskId;
  /** Whether it was not seen since it was followed. */
  isLooking: boolean;
  /** Ends the following. */
  leave: () => void;
}

interface Answer {
  readonly result: Sent<"AwaitItemResult">;
  readonly bytes: number;
}

/** Handles `AwaitStream`. */
export function awaitStreamHandler(
  context: ServiceContext,
): handleBidiStreamingCall<Request, Sent<"AwaitStreamResponse">> {
  return streaming(context, (call: Call) => new AwaitStream(call, context).start());
}

/**
 * One await stream: follows tasks and answers each that is final.
 *
 * Reading stops while ids wait for their turn to be looked at, and while the client does not read.
 */
class AwaitStream {
  readonly #call: Call;
  readonly #context: ServiceContext;
  readonly #peer: string;
  /** What is not answered, by sequence. */
  readonly #items = new Map<string, AwaitedItem>();
  /** Those of them that are not followed yet. */
  #line: AwaitedItem[] = [];
  #looks = 0;
  readonly #answers: Answer[] = [];
  #answerBytes = 0;
  #isWriteBlocked = false;
  #isTurnDue = false;
  #isHalfClosed = false;
  #isOver = false;
  #forgetCall: () => void = () => {};

  constructor(call: Call, context: ServiceContext) {
    this.#call = call;
    this.#context = context;
    this.#peer = peerOfCall(call);
  }

  start(): void {
    // Sent at once: it tells the client that the stream is up, and keeps grpc from retrying it.
    this.#call.sendMetadata(new Metadata());
    this.#call.on("data", (request) => this.#receive(request));
    this.#call.on("end", () => {
      this.#isHalfClosed = true;
      this.#turnSoon();
    });
    this.#call.on("drain", () => {
      this.#isWriteBlocked = false;
      this.#turnSoon();
    });
    this.#call.on("cancelled", () => this.#gone());
    this.#call.on("close", () => this.#gone());
    this.#forgetCall = this.#context.waitingCalls.add(this.#call, (reason) => this.#end(reason));
  }

  #receive(request: Request): void {
    if (this.#isOver) {
      return;
    }
    try {
      refuseFlood(request);
      this.#forget(request.forgets);
      this.#take(request.items);
      this.#turnSoon();
    } catch (error) {
      this.#end(toTaskError(error, this.#context.log));
    }
  }

  #forget(forgets: Request["forgets"]): void {
    refuseLonger("forgets", forgets);
    for (const { sequence } of forgets) {
      const item = this.#items.get(sequence);
      if (item !== undefined) {
        this.#remove(item);
        this.#looked(item);
        item.leave();
      }
    }
  }

  #take(items: Request["items"]): void {
    refuseLonger("items", items);
    if (this.#items.size + items.length > LIMITS.maxAwaitedItems) {
      throw fieldError("items", `at most ${LIMITS.maxAwaitedItems} may be awaited at a time`);
    }
    for (const [index, { sequence, taskId }] of items.entries()) {
      if (this.#items.has(sequence)) {
        throw fieldError(`items[${index}].sequence`, "is that of another item that is awaited");
      }
      const checks = new FieldChecks("items", index);
      const id = checkTaskId(checks, "task_id", taskId);
      const item = { sequence, id, isLooking: false, leave: NOT_FOLLOWED };
      const error = checks.error() ?? this.#context.awaited.take(this.#peer);
      if (error === null) {
        this.#items.set(sequence, item);
        this.#line.push(item);
      } else {
        this.#refuse(item, error);
      }
    }
  }

  /** Looks at those in line, as many as may be looked at. */
  #look(): void {
    while (this.#line.length > 0 && this.#looks < MAX_LOOKS && !this.#isWriteBlocked) {
      for (const item of this.#line.splice(0, MAX_LOOKS - this.#looks)) {
        if (this.#items.get(item.sequence) === item) {
          this.#follow(item);
        }
      }
    }
  }

  #follow(item: AwaitedItem): void {
    item.isLooking = true;
    this.#looks += 1;
    item.leave = this.#context.dispatcher.follow(item.id, {
      awaitsEnd: true,
      seen: (task) => this.#seen(item, task),
      ended: (error) => this.#refuse(item, error),
    });
  }

  #seen(item: AwaitedItem, task: Task): void {
    this.#looked(item);
    if (!isFinal(task.state)) {
      return;
    }
    item.leave();
    if (this.#answerBytes < MAX_BYTES_UNWRITTEN) {
      this.#answer(item, { task: toWireTask(task, false) }, wireTaskBytes(task, false));
    } else {
      item.leave = NOT_FOLLOWED;
      this.#line.push(item);
    }
  }

  #refuse(item: AwaitedItem, error: TaskError): void {
    this.#looked(item);
    // Every other one would be refused alike.
    if (error.reason === "DRAINING") {
      this.#end(error);
    } else {
      this.#answer(item, { error: toItemStatus(error) }, STATUS_BYTES);
    }
  }

  #looked(item: AwaitedItem): void {
    if (item.isLooking) {
      item.isLooking = false;
      this.#looks -= 1;
      if (this.#line.length > 0) {
        this.#turnSoon();
      }
    }
  }

  #answer(item: AwaitedItem, outcome: Outcome, bytes: number): void {
    const { sequence } = item;
    this.#remove(item);
    this.#answers.push({ result: { sequence, ...outcome }, bytes });
    this.#answerBytes += bytes;
    this.#turnSoon();
  }

  #remove(item: AwaitedItem): void {
    if (this.#items.get(item.sequence) === item) {
      this.#items.delete(item.sequence);
      this.#context.awaited.release(this.#peer, 1);
    }
  }

  /** The dispatcher shows many tasks in one turn; their answers go out together. */
  #turnSoon(): void {
    if (!this.#isTurnDue) {
      this.#isTurnDue = true;
      queueMicrotask(() => this.#turn());
    }
  }

  #turn(): void {
    this.#isTurnDue = false;
    if (this.#isOver) {
      return;
    }
    try {
      this.#write();
      this.#look();
    } catch (error) {
      this.#end(toTaskError(error, this.#context.log));
      return;
    }
    if (this.#isWriteBlocked || this.#line.length > 0) {
      this.#call.pause();
    } else {
      this.#call.resume();
    }
    if (this.#isHalfClosed && this.#items.size === 0 && this.#answers.length === 0) {
      this.#end(null);
    }
  }

  #write(): void {
    while (this.#answers.length > 0 && !this.#isWriteBlocked) {
      this.#isWriteBlocked = !this.#call.write({ results: this.#takeAnswers() });
    }
  }

  /** Takes answers for one message. */
  #takeAnswers(): Sent<"AwaitItemResult">[] {
    let bytes = 0;
    let count = 0;
    for (const answer of this.#answers) {
      const isFull = bytes + answer.bytes > MAX_MESSAGE_BYTES || count === LIMITS.maxBatchItems;
      if (count > 0 && isFull) {
        break;
      }
      bytes += answer.bytes;
      count += 1;
    }
    this.#answerBytes -= bytes;
    return this.#answers.splice(0, count).map(({ result }) => result);
  }

  #end(error: TaskError | null): void {
    if (this.#isOver) {
      return;
    }
    this.#gone();
    while (this.#answers.length > 0) {
      this.#call.write({ results: this.#takeAnswers() });
    }
    if (error === null) {
      this.#call.end();
    } else {
      endWithError(this.#call, error);
    }
  }

  /** Follows nothing any more. */
  #gone(): void {
    this.#isOver = true;
    this.#forgetCall();
    for (const { leave } of this.#items.values()) {
      leave();
    }
    this.#context.awaited.release(this.#peer, this.#items.size);
    this.#items.clear();
    this.#line = [];
  }
}

function refuseLonger(field: string, list: readonly unknown[]): void {
  if (list.length > LIMITS.maxBatchItems) {
    throw fieldError(field, `at most ${LIMITS.maxBatchItems} are allowed`);
  }
}
