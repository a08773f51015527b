import {
  DEFAULT_QUEUE_SETTINGS,
  type KeySettings,
  type QueueSettings,
} from "../../../domain/flow/queue-settings.ts";
import type { QueueName } from "../../../domain/ids.ts";
import {
  MAX_SET_KEYS,
  type PutKeyOutcome,
  type PutOutcome,
  type StoredSettings,
} from "../../flow.ts";
import type { Transaction } from "../client/transaction.ts";
import { beginLettingIn, letKeyIn } from "./lanes.ts";

/** Returns how queues flow. */
export function settings(tx: Transaction, queues: readonly QueueName[]): StoredSettings[] {
  return queues.map((name) => {
    const flow = tx.findQueue(name)?.flow ?? null;
    return flow === null
      ? { settings: DEFAULT_QUEUE_SETTINGS, revision: "" }
      : { settings: flow.settings, revision: revisionText(flow.revision) };
  });
}

/** Replaces settings that are still those of a revision. */
export function putSettings(
  tx: Transaction,
  name: QueueName,
  next: QueueSettings,
  revision: string,
): PutOutcome {
  const before = tx.findQueue(name)?.flow?.revision ?? 0;
  if (revisionText(before) !== revision) {
    return { kind: "changed" };
  }
  const queue = tx.queue(name);
  const flow = tx.flowOf(queue);
  flow.settings = next;
  // Above those of a queue of the same name that was deleted.
  flow.revision = Math.max(before + 1, tx.nowMs);
  flow.awaitsEnd = false;
  tx.statements.putSettings.run(JSON.stringify(next), flow.revision, queue.id);
  beginLettingIn(tx, queue);
  tx.letIn(queue);
  return { kind: "ok" };
}

/** Sets what a key has in place of its queue's settings. */
export function putKey(
  tx: Transaction,
  name: QueueName,
  key: string,
  own: KeySettings | null,
): PutKeyOutcome {
  const { statements } = tx;
  const queue = own === null ? tx.findQueue(name) : tx.queue(name);
  if (queue === null) {
    return { kind: "ok" };
  }
  if (own === null) {
    statements.deleteKeySettings.run(queue.id, key);
  } else if (
    statements.keySettings.get(queue.id, key) === undefined &&
    (statements.countKeySettings.get(queue.id)?.keys ?? 0) >= MAX_SET_KEYS
  ) {
    return { kind: "too_many" };
  } else {
    tx.flowOf(queue);
    statements.putKeySettings.run(queue.id, key, JSON.stringify(own));
  }
  letKeyIn(tx, queue, key);
  return { kind: "ok" };
}

function revisionText(revision: number): string {
  return revision === 0 ? "" : String(revision);
}
