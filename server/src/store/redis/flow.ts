import type { KeySettings, QueueSettings } from "../../domain/flow/queue-settings.ts";
import { newGeneration, type QueueName } from "../../domain/ids.ts";
import type { FlowStore, PutKeyOutcome, PutOutcome, StoredSettings } from "../flow.ts";
import { runByQueue } from "./client/batches.ts";
import type { ScriptRunner } from "./client/script-runner.ts";
import type { QueueRegistry } from "./queue-registry.ts";
import { getSettings, type NewSettings, putKey, putSettings } from "./scripts/flow-scripts.ts";

/** Keeps how queues flow beside their tasks, in the same slot. */
export class RedisFlow implements Pick<FlowStore, "settings" | "putSettings" | "putKey"> {
  readonly #runner: ScriptRunner;
  readonly #registry: QueueRegistry;

  constructor(runner: ScriptRunner, registry: QueueRegistry) {
    this.#runner = runner;
    this.#registry = registry;
  }

  settings(queues: readonly QueueName[]): Promise<StoredSettings[]> {
    return runByQueue(
      queues,
      (queue) => queue,
      async (queue, some) => {
        const settings = await this.#runner.run(getSettings, queue, null);
        return some.map(() => settings);
      },
    );
  }

  async putSettings(
    queue: QueueName,
    settings: QueueSettings,
    revision: string,
  ): Promise<PutOutcome> {
    const next = { settings, share: settings, known: revision, revision: newGeneration() };
    return this.put(queue, next);
  }

  /** As {@link FlowStore.putSettings}, with what becomes of them in one partition. */
  async put(queue: QueueName, next: NewSettings): Promise<PutOutcome> {
    await this.#registry.enterAnew(queue);
    return this.#runner.run(putSettings, queue, next);
  }

  async putKey(
    queue: QueueName,
    key: string,
    settings: KeySettings | null,
  ): Promise<PutKeyOutcome> {
    if (settings !== null) {
      await this.#registry.enterAnew(queue);
    }
    return this.#runner.run(putKey, queue, { key, settings });
  }
}
