import { LIMITS } from "@baton/proto/shared";
import { type handleBidiStreamingCall, Metadata, type ServerDuplexStream } from "@grpc/grpc-js";
import type { TaskError } from "../../domain/errors.ts";
import { fieldError } from "../../intake/validate-fields.ts";
import type { TaskSpecInput } from "../../intake/validate-task-spec.ts";
import { refusalOf } from "../calls/flood-guard.ts";
import { endWithError, streaming } from "../calls/handler.ts";
import type { ServiceContext } from "../calls/service-context.ts";
import { toItemStatus, toTaskError } from "../status.ts";
import type { Received, Sent } from "../wire.ts";
import { type ItemOutcome, submitEach } from "./submit.ts";

type Call = ServerDuplexStream<Received<"SubmitStreamRequest">, Sent<"SubmitStreamResponse">>;
type Items = Received<"SubmitStreamRequest">["items"];

// Reading stops above either, so that a client that sends faster than the store writes waits.
const MAX_ITEMS_UNANSWERED = 4_000;
const MAX_BYTES_UNANSWERED = 8 * 1024 * 1024;
const TOO_MANY = `at most ${LIMITS.maxBatchItems} are allowed`;
/** What an item costs in memory beside its payload, about. */
const ITEM_BYTES = 512;

/** Handles `SubmitStream`. */
export function submitStreamHandler(
  context: ServiceContext,
): handleBidiStreamingCall<Received<"SubmitStreamRequest">, Sent<"SubmitStreamResponse">> {
  return streaming(context, (call: Call) => new SubmitStream(call, context).start());
}

/** One submit stream: takes items while there is room, and answers each. */
class SubmitStream {
  readonly #call: Call;
  readonly #context: ServiceContext;
  readonly #answers: Sent<"SubmitItemResult">[] = [];
  #itemsUnanswered = 0;
  #bytesUnanswered = 0;
  #isWriteBlocked = false;
  #isFlushDue = false;
  /** Why no more items are taken: half-closed by the client (null), or an error to end with. */
  #ending: { readonly error: TaskError | null } | null = null;
  #isOver = false;

  constructor(call: Call, context: ServiceContext) {
    this.#call = call;
    this.#context = context;
  }

  start(): void {
    const forget = this.#context.submitStreams.add(this.#call, (reason) =>
      this.#endAfterAnswers(reason),
    );
    const over = (): void => {
      this.#isOver = true;
      forget();
    };
    // Sent at once: it tells the client that the stream is up, and keeps grpc from retrying it.
    this.#call.sendMetadata(new Metadata());
    this.#call.on("data", (request) => this.#receive(request));
    this.#call.on("end", () => this.#endAfterAnswers(null));
    this.#call.on("drain", () => {
      this.#isWriteBlocked = false;
      this.#flow();
    });
    this.#call.on("cancelled", over);
    this.#call.on("close", over);
  }

  #receive(request: Received<"SubmitStreamRequest">): void {
    if (this.#isOver || this.#ending !== null) {
      return;
    }
    const { items } = request;
    const isTooMany = items.length > LIMITS.maxBatchItems;
    const error = isTooMany ? fieldError("items", TOO_MANY) : refusalOf(request);
    if (error === null) {
      this.#take(items);
    } else {
      this.#endAfterAnswers(error);
    }
  }

  #take(items: Items): void {
    const bytes = bytesOf(items);
    this.#itemsUnanswered += items.length;
    this.#bytesUnanswered += bytes;
    this.#submit(items, (outcomes) => {
      this.#itemsUnanswered -= items.length;
      this.#bytesUnanswered -= bytes;
      this.#answer(items, outcomes);
    });
    this.#flow();
  }

  #submit(items: Items, done: (outcomes: readonly ItemOutcome[]) => void): void {
    const specOf = (index: number): TaskSpecInput | null => items[index]?.task ?? null;
    const list = { length: items.length, specOf, path: "items", member: "task" };
    try {
      submitEach(this.#context, list, done);
    } catch (error) {
      const outcome = { error: toItemStatus(toTaskError(error, this.#context.log)) };
      done(items.map(() => outcome));
    }
  }

  #answer(items: Items, outcomes: readonly ItemOutcome[]): void {
    if (this.#isOver) {
      return;
    }
    for (let index = 0; index < items.length; index += 1) {
      const { receipt = null, error = null } = outcomes[index] as ItemOutcome;
      this.#answers.push({ sequence: items[index]?.sequence ?? 0, receipt, error });
    }
    // The dispatcher answers many frames in one turn; their answers go out together.
    if (!this.#isFlushDue) {
      this.#isFlushDue = true;
      queueMicrotask(() => this.#flush());
    }
  }

  #flush(): void {
    this.#isFlushDue = false;
    while (!this.#isOver && this.#answers.length > 0) {
      const results = this.#answers.splice(0, LIMITS.maxBatchItems);
      this.#isWriteBlocked = !this.#call.write({ results });
    }
    this.#flow();
    this.#endIfAnswered();
  }

  #endAfterAnswers(error: TaskError | null): void {
    this.#ending ??= { error };
    this.#call.pause();
    this.#endIfAnswered();
  }

  #endIfAnswered(): void {
    const isAnswered = this.#itemsUnanswered === 0 && this.#answers.length === 0;
    if (this.#ending === null || !isAnswered || this.#isOver) {
      return;
    }
    this.#isOver = true;
    if (this.#ending.error === null) {
      this.#call.end();
    } else {
      endWithError(this.#call, this.#ending.error);
    }
  }

  #flow(): void {
    const isFull =
      this.#itemsUnanswered >= MAX_ITEMS_UNANSWERED ||
      this.#bytesUnanswered >= MAX_BYTES_UNANSWERED;
    if (this.#isWriteBlocked || isFull || this.#ending !== null) {
      this.#call.pause();
    } else {
      this.#call.resume();
    }
  }
}

function bytesOf(items: Items): number {
  let bytes = 0;
  for (const item of items) {
    bytes += ITEM_BYTES + (item.task?.payload.length ?? 0);
  }
  return bytes;
}
