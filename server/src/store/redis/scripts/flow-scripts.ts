import {
  DEFAULT_QUEUE_SETTINGS,
  type KeySettings,
  type QueueSettings,
} from "../../../domain/flow/queue-settings.ts";
import {
  type DeleteQueueOutcome,
  MAX_SET_KEYS,
  type PutKeyOutcome,
  type PutOutcome,
  type StoredSettings,
} from "../../flow.ts";
import { bufferOf, defineScript, numberOf } from "../client/script.ts";
import { keyDigest } from "../flow-digest.ts";
import {
  decodeSettings,
  encodeSettings,
  packKeySettings,
  packSettings,
} from "./packing/flow-packing.ts";

const NOBODYS: StoredSettings = { settings: DEFAULT_QUEUE_SETTINGS, revision: "" };
const NOTHING = Buffer.alloc(0);
const BLANK = " ";
const ANY_REVISION = "*";

/** Settings to put in the place of others. */
export interface NewSettings {
  readonly settings: QueueSettings;
  /** What scripts go by: the settings, or what of them is a partition's share. */
  readonly share: QueueSettings;
  /** The revision of those that are to be there; empty for none, null for whichever. */
  readonly known: string | null;
  /** Of the new ones; without a blank. Empty where there are to be none any more. */
  readonly revision: string;
}

/** Reads how a queue flows. */
export const getSettings = defineScript<null, StoredSettings>({
  name: "get_settings",
  encode: () => [],
  decode: (reply) => {
    const text = bufferOf(reply.rest[0]).toString();
    const end = text.indexOf(BLANK);
    return end < 0
      ? NOBODYS
      : { settings: decodeSettings(text.slice(end + 1)), revision: text.slice(0, end) };
  },
});

/** Replaces how a queue flows. */
export const putSettings = defineScript<NewSettings, PutOutcome>({
  name: "put_settings",
  encode: ({ settings, share, known, revision }) => [
    known ?? ANY_REVISION,
    revision === "" ? NOTHING : `${revision}${BLANK}${encodeSettings(settings)}`,
    packSettings(share),
  ],
  decode: ({ word }) => ({ kind: word as "ok" | "changed" }),
});

/** Sets how a key flows. */
export const putKey = defineScript<{ key: string; settings: KeySettings | null }, PutKeyOutcome>({
  name: "put_key",
  encode: ({ key, settings }) => [
    keyDigest(key),
    settings === null ? NOTHING : packKeySettings(key, settings),
    MAX_SET_KEYS,
  ],
  decode: ({ word }) => ({ kind: word as PutKeyOutcome["kind"] }),
});

/** Keeps everything of a queue from being leased for so many milliseconds. */
export const holdQueue = defineScript<number, void>({
  name: "hold_queue",
  encode: (forMs) => [forMs],
  decode: () => undefined,
});

/** Forgets a part of a queue, or what is left of it. */
export const deleteQueue = defineScript<{ purge: boolean; limit: number }, DeleteQueueOutcome>({
  name: "delete_queue",
  encode: ({ purge, limit }) => [purge ? 1 : 0, limit],
  decode: ({ word, rest }) =>
    word === "has_tasks"
      ? { kind: word, tasks: numberOf(rest[0]) }
      : { kind: word as "ok" | "more" | "not_found" },
});
