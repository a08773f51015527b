import {
  DEFAULT_QUEUE_SETTINGS,
  type KeySettings,
  type QueueSettings,
  type RateLimit,
} from "../../../../domain/flow/queue-settings.ts";

// The layouts that lua/lib/settings.lua states: of a queue's settings, ...
const SETTINGS_BYTES = 48;
const PAUSED = 1;
const BY_TIME = 2;
const HOLD_ON_DEAD = 4;
// ... and of a key's.
const KEY_BYTES = 26;
const KEY_CONCURRENCY_AT = 2;
const KEY_INTERVAL_AT = 6;
const KEY_BURST_AT = 14;
const KEY_TASKS_AT = 18;
const KEY_PERIOD_AT = 22;
const HAS_CONCURRENCY = 2;
const HAS_RATE = 4;

/** Settings of a queue as text that {@link decodeSettings} reads. */
export function encodeSettings(settings: QueueSettings): string {
  return JSON.stringify(settings);
}

/** What a text says of a queue's settings; what it does not say, or cannot, is as where nobody said anything. */
export function decodeSettings(text: string): QueueSettings {
  try {
    return { ...DEFAULT_QUEUE_SETTINGS, ...(JSON.parse(text) as Partial<QueueSettings>) };
  } catch {
    return DEFAULT_QUEUE_SETTINGS;
  }
}

/** Settings of a queue as scripts read them. */
export function packSettings(settings: QueueSettings): Buffer {
  const packed = Buffer.alloc(SETTINGS_BYTES);
  packed[0] =
    (settings.isPaused ? PAUSED : 0) +
    (settings.fairBy === "TIME" ? BY_TIME : 0) +
    (settings.onDead === "HOLD" ? HOLD_ON_DEAD : 0);
  let at = packed.writeUIntLE(settings.maxBacklog ?? 0, 1, 6);
  at = packed.writeUIntLE(settings.keyMaxBacklog ?? 0, at, 6);
  at = packed.writeUInt32LE(settings.concurrencyLimit ?? 0, at);
  at = packed.writeUInt32LE(settings.keyConcurrencyLimit ?? 0, at);
  at = writeRate(settings.rateLimit, packed, at);
  at = writeRate(settings.keyRateLimit, packed, at);
  at = packed.writeUInt8(settings.keyWeight, at);
  at = packed.writeUInt8(settings.plainWeight, at);
  packed.writeUInt8(historyByte(settings.attemptHistory), at);
  return packed;
}

/** 0 for the default, as of settings that were packed before there was this; else one more than it is. */
function historyByte(attempts: number): number {
  return attempts === DEFAULT_QUEUE_SETTINGS.attemptHistory ? 0 : attempts + 1;
}

/** Settings of a key and its text. */
export function packKeySettings(key: string, settings: KeySettings): Buffer {
  const { isPaused, weight, concurrencyLimit, rateLimit } = settings;
  const packed = Buffer.alloc(KEY_BYTES + Buffer.byteLength(key));
  packed[0] =
    (isPaused ? PAUSED : 0) +
    (concurrencyLimit === null ? 0 : HAS_CONCURRENCY) +
    (rateLimit === null ? 0 : HAS_RATE);
  packed[1] = weight ?? 0;
  packed.writeUInt32LE(concurrencyLimit ?? 0, KEY_CONCURRENCY_AT);
  writeRate(rateLimit, packed, KEY_INTERVAL_AT);
  packed.writeUInt32LE(rateLimit?.tasks ?? 0, KEY_TASKS_AT);
  packed.writeUInt32LE(rateLimit?.periodMs ?? 0, KEY_PERIOD_AT);
  packed.write(key, KEY_BYTES);
  return packed;
}

/** Unpacks what {@link packKeySettings} packed; null where nothing was. */
export function unpackKeySettings(packed: Buffer): { key: string; settings: KeySettings } | null {
  if (packed.length < KEY_BYTES) {
    return null;
  }
  const flags = packed.readUInt8(0);
  const settings: KeySettings = {
    isPaused: (flags & PAUSED) !== 0,
    weight: packed.readUInt8(1) || null,
    concurrencyLimit:
      (flags & HAS_CONCURRENCY) === 0 ? null : packed.readUInt32LE(KEY_CONCURRENCY_AT),
    rateLimit:
      (flags & HAS_RATE) === 0
        ? null
        : {
            tasks: packed.readUInt32LE(KEY_TASKS_AT),
            periodMs: packed.readUInt32LE(KEY_PERIOD_AT),
            burst: packed.readUInt32LE(KEY_BURST_AT),
          },
  };
  return { key: packed.toString("utf8", KEY_BYTES), settings };
}

function writeRate(rate: RateLimit | null, packed: Buffer, at: number): number {
  const next = packed.writeDoubleLE(rate === null ? 0 : rate.periodMs / rate.tasks, at);
  return packed.writeUInt32LE(rate?.burst ?? 0, next);
}
