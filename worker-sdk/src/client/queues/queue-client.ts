import { LIMITS } from "@baton/proto/shared";
import type { Call } from "../../channel/call.ts";
import { BatonError } from "../../values/baton-error.ts";
import { bindMethods } from "../../values/bind-methods.ts";
import type { Checks } from "../../values/checks.ts";
import { type Received, services } from "../../values/wire.ts";
import { check } from "../call-checks.ts";
import { pagesOf } from "../pages.ts";
import { type DeadByFailure, toDeadByFailure } from "./dead-by-failure.ts";
import {
  type QueueInfo,
  type QueueKeyInfo,
  toKeyInfo,
  toQueueInfo,
  unansweredQueue,
} from "./queue-info.ts";
import {
  checkKeySettings,
  checkSettings,
  type QueueKeySettings,
  type QueueSettings,
  writeKeySettings,
  writeSettings,
} from "./queue-settings.ts";

const { service: methods } = services.QueueService;

const KEY_FILTERS = {
  all: "QUEUE_KEY_FILTER_UNSPECIFIED",
  blocked: "QUEUE_KEY_FILTER_BLOCKED",
  set: "QUEUE_KEY_FILTER_SET",
} as const;

/**
 * Reads queues, and sets how they flow: pauses, limits, rates, shares. Get it from `TaskClient.queues`. Settings are
 * kept in the store; they hold for every worker on every dispatcher from the next grant on, and end nothing that runs.
 * Every call rejects with a `BatonError`.
 *
 * @example
 * await client.queues.update("partner", {
 *   concurrencyLimit: 5,
 *   rateLimit: { tasks: 100, periodMs: 60_000, burst: 5 },
 * });
 */
export class QueueClient {
  readonly #call: Call;

  constructor(call: Call) {
    bindMethods(this, QueueClient);
    this.#call = call;
  }

  /** Returns a queue. Rejects with QUEUE_NOT_FOUND if it has neither tasks nor settings. */
  async get(name: string): Promise<QueueInfo> {
    checkName(name);
    return present((await this.#call(methods.GetQueue, { name })).queue);
  }

  /** Yields every queue, by name. */
  async *list(): AsyncGenerator<QueueInfo> {
    const listing = pagesOf((pageToken) => this.#call(methods.ListQueues, { pageToken }));
    for await (const page of listing) {
      for (const queue of page.queues) {
        yield toQueueInfo(queue);
      }
      for (const name of page.unanswered) {
        yield unansweredQueue(name);
      }
    }
  }

  /**
   * Changes the settings that are given and leaves the others as they are, whoever changes those meanwhile. Null takes
   * a limit away. Creates the queue if there is none.
   */
  async update(name: string, settings: Partial<QueueSettings>): Promise<QueueInfo> {
    check((checks) => {
      checks.name("name", name);
      checkSettings(checks, settings ?? null);
    });
    const request = { name, ...writeSettings(settings) };
    return present((await this.#call(methods.UpdateQueue, request)).queue);
  }

  /** Stops a queue from granting tasks until `resume`. What runs goes on, and submits are accepted. */
  async pause(name: string): Promise<QueueInfo> {
    checkName(name);
    return present((await this.#call(methods.PauseQueue, { name })).queue);
  }

  /** Lets a paused queue grant tasks again. */
  async resume(name: string): Promise<QueueInfo> {
    checkName(name);
    return present((await this.#call(methods.ResumeQueue, { name })).queue);
  }

  /**
   * Counts dead tasks by the type of the failure that they died of, over all queues or of one, the most first. The 100
   * most frequent types of a queue are told apart. List the tasks of a group with `TaskClient.list`, `failureType` and
   * the state DEAD.
   *
   * @example
   * const { groups } = await client.queues.deadByFailure();
   * for (const { failureType, tasks } of groups) {
   *   console.log(`${tasks} died of ${failureType ?? "something else"}`);
   * }
   */
  async deadByFailure(options: { readonly queue?: string } = {}): Promise<DeadByFailure> {
    check((checks) => {
      const { queue } = checks.options("options", options);
      if (queue !== undefined) {
        checks.name("queue", queue);
      }
    });
    const { queue = "" } = options;
    const pages: Received<"CountDeadResponse">[] = [];
    const listing = pagesOf((pageToken) =>
      this.#call(methods.CountDead, {
        queue,
        pageToken,
        pageSize: LIMITS.maxPageSize,
      }),
    );
    for await (const page of listing) {
      pages.push(page);
    }
    return toDeadByFailure(pages);
  }

  /**
   * Deletes a queue with its settings, and returns whether there was one. Rejects with QUEUE_NOT_EMPTY if tasks of it
   * are kept, final ones included; with `purge` they are deleted too, those that run as well. A submit or a change of
   * its settings makes it a queue again.
   */
  async delete(name: string, options: { readonly purge?: boolean } = {}): Promise<boolean> {
    check((checks) => {
      checks.name("name", name);
      checks.boolean("purge", checks.options("options", options).purge);
    });
    const { purge = false } = options;
    let wasThere = false;
    for (;;) {
      const { deleted, more } = await this.#call(methods.DeleteQueue, { name, purge });
      wasThere ||= deleted || more;
      if (!more) {
        return wasThere;
      }
    }
  }

  /**
   * Yields the concurrency keys of a queue that have tasks that are not final, or settings of their own, in no
   * particular order; or only those that something holds back (`blocked`), or with settings of their own (`set`). One
   * may come twice where keys come and go meanwhile.
   */
  async *keys(
    name: string,
    options: { readonly filter?: "all" | "blocked" | "set" } = {},
  ): AsyncGenerator<QueueKeyInfo> {
    check((checks) => {
      checks.name("name", name);
      const { filter } = checks.options("options", options);
      checks.oneOf("filter", filter, Object.keys(KEY_FILTERS));
    });
    const filter = KEY_FILTERS[options.filter ?? "all"];
    const listing = pagesOf((pageToken) =>
      this.#call(methods.ListQueueKeys, {
        queue: name,
        filter,
        pageToken,
      }),
    );
    for await (const page of listing) {
      for (const key of page.keys) {
        yield toKeyInfo(key);
      }
    }
  }

  /** Replaces what a concurrency key has in place of its queue's settings. The key needs no tasks. */
  async putKey(name: string, key: string, settings: QueueKeySettings): Promise<void> {
    check((checks) => {
      checkKey(checks, name, key);
      checkKeySettings(checks, settings ?? null);
    });
    const request = { queue: name, key, settings: writeKeySettings(settings) };
    await this.#call(methods.PutQueueKey, request);
  }

  /** Takes back all settings that a concurrency key has of its own. Its tasks stay. */
  async clearKey(name: string, key: string): Promise<void> {
    check((checks) => checkKey(checks, name, key));
    await this.#call(methods.PutQueueKey, { queue: name, key, settings: null });
  }
}

function checkName(name: string): void {
  check((checks) => checks.name("name", name));
}

function checkKey(checks: Checks, name: string, key: string): void {
  checks.name("name", name);
  checks.required("key", key ?? null, LIMITS.maxKeyBytes);
}

function present(queue: Received<"Queue"> | null): QueueInfo {
  if (queue === null) {
    throw new BatonError("INTERNAL", "the dispatcher answered without a queue");
  }
  return toQueueInfo(queue);
}
