import {
  DEFAULT_QUEUE_SETTINGS,
  type KeySettings,
  type QueueSettings,
} from "../../server/src/domain/flow/queue-settings.ts";
import type { QueueName } from "../../server/src/domain/ids.ts";
import type { StoreBed } from "./store-bed.ts";

const NO_KEY_SETTINGS: KeySettings = {
  weight: null,
  concurrencyLimit: null,
  rateLimit: null,
  isPaused: false,
};

/** Sets how a new queue flows. */
export async function putSettings(
  { store }: StoreBed,
  queue: QueueName,
  settings: Partial<QueueSettings>,
): Promise<void> {
  await store.putSettings(queue, { ...DEFAULT_QUEUE_SETTINGS, ...settings }, "");
}

/** Sets what a key has in place of its queue's settings. */
export async function putKey(
  { store }: StoreBed,
  queue: QueueName,
  key: string,
  settings: Partial<KeySettings>,
): Promise<void> {
  await store.putKey(queue, key, { ...NO_KEY_SETTINGS, ...settings });
}
