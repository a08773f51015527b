import type { QueueName } from "../../../domain/ids.ts";
import { type QueueKeyRole, queueKey, queueKeys } from "../keys.ts";
import { QUEUE_LIBRARY, TASK_LIBRARY } from "../lua.generated.ts";
import { storeErrorOf } from "./errors.ts";
import { callFunction } from "./functions.ts";
import type { Hints, HintTarget } from "./hints.ts";
import { RecentQueues } from "./recent-queues.ts";
import {
  type Argument,
  type RedisClient,
  Reply,
  type Script,
  type ScriptName,
  type StoreTerms,
} from "./script.ts";

/** Settings of a runner. */
export interface RunnerOptions extends StoreTerms {
  readonly prefix: string;
  /** How far the store's clock is ahead of the server's, ms; 0 but in tests. */
  readonly clockOffset: () => number;
  /** Told of every call, for tests. */
  readonly onScript: ((name: ScriptName) => void) | null;
}

interface QueueArguments extends HintTarget {
  readonly keys: readonly string[];
}

/** The library of a script: one of all of them would have more local variables than Lua allows. */
function libraryOf(name: ScriptName) {
  return name in QUEUE_LIBRARY.functions ? QUEUE_LIBRARY : TASK_LIBRARY;
}

/** Runs scripts on queues: adds what every script is told, delivers its hint, maps its errors. */
export class ScriptRunner {
  readonly #client: RedisClient;
  readonly #hints: Hints;
  readonly #options: RunnerOptions;
  readonly #queues = new RecentQueues<QueueArguments>();

  constructor(client: RedisClient, hints: Hints, options: RunnerOptions) {
    this.#client = client;
    this.#hints = hints;
    this.#options = options;
  }

  /** @throws StoreError */
  async run<Input, Output>(
    script: Script<Input, Output>,
    queue: QueueName,
    input: Input,
  ): Promise<Output> {
    this.#options.onScript?.(script.name);
    const { keys, channel, head } = this.#argumentsOf(queue);
    const offset = this.#options.clockOffset();
    const args: Argument[] = [...keys, offset, this.#hints.command, channel, head];
    // One by one: a spread of a large batch's arguments would be a spread onto the stack.
    for (const argument of script.encode(input, this.#options)) {
      args.push(argument);
    }
    const reply = await this.#call(script.name, args);
    if (reply.hint.length > 0) {
      this.#hints.deliver(reply.hint);
    }
    return script.decode(reply, queue, input);
  }

  /** How many of a queue's keys exist. */
  async countKeys(queue: QueueName, roles: readonly QueueKeyRole[]): Promise<number> {
    try {
      return await this.#client.exists(
        roles.map((role) => queueKey(this.#options.prefix, queue, role)),
      );
    } catch (error) {
      throw storeErrorOf(error);
    }
  }

  async #call(name: ScriptName, args: readonly Argument[]): Promise<Reply> {
    try {
      return new Reply(await callFunction(this.#client, { library: libraryOf(name), name, args }));
    } catch (error) {
      throw storeErrorOf(error);
    }
  }

  #argumentsOf(queue: QueueName): QueueArguments {
    let known = this.#queues.get(queue);
    if (known === undefined) {
      known = { keys: queueKeys(this.#options.prefix, queue), ...this.#hints.targetOf(queue) };
      this.#queues.set(queue, known);
    }
    return known;
  }
}
