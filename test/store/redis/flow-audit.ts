import type { Redis } from "ioredis";
import { keyDigest, orderDigest } from "../../../server/src/store/redis/flow-digest.ts";
import type { QueueKeyRole } from "../../../server/src/store/redis/keys.ts";
import type { TaskRecord } from "../../../server/src/store/redis/scripts/packing/record.ts";

// As in the audit of which this is a part: a character stands for a byte.
type Bytes = string;

const OWN_ROLES: readonly QueueKeyRole[] = ["flow", "parked", "until", "tats", "holds", "heads"];

/** What limits, order and fair shares keep of a queue: who waits where, and that nothing waits in vain. */
export class FlowAudit {
  readonly #redis: Redis;
  readonly #keyOf: (role: QueueKeyRole) => string;
  /** By ordering key, its head. */
  #heads = new Map<Bytes, Bytes>();
  #parked = new Map<Bytes, readonly string[]>();
  readonly #lanes = new Map<string, { kind: string; key: Bytes }>();
  readonly #leasedKeys = new Set<Bytes>();
  readonly #foundHeads = new Set<Bytes>();
  readonly #orders = new Set<Bytes>();

  constructor(redis: Redis, keyOf: (role: QueueKeyRole) => string) {
    this.#redis = redis;
    this.#keyOf = keyOf;
  }

  async read(): Promise<void> {
    this.#heads = await this.#hash("heads");
    const parked = [...(await this.#hash("parked"))];
    this.#parked = new Map(parked.map(([key, kinds]) => [key, kinds.split(" ")]));
  }

  /** Whether a key is one that is looked into here alone. */
  isOwn(key: string): boolean {
    const kind = key.slice(this.#keyOf("stem").length, this.#keyOf("stem").length + 2);
    return ["v:", "i:", "y:"].includes(kind) || OWN_ROLES.some((role) => key === this.#keyOf(role));
  }

  /** The sorted set in which a READY task waits. */
  placeOf(id: Bytes, record: TaskRecord, kind: string): string {
    const { key, order } = digestsOf(record);
    const stem = this.#keyOf("stem");
    if (order !== null && this.#heads.get(order) !== id) {
      this.#orders.add(order);
      return `${stem}o:${order}`;
    }
    if (key === null) {
      return `${stem}r:${kind}`;
    }
    const lane = `${stem}l:${key}${kind}`;
    this.#lanes.set(lane, { kind, key });
    return lane;
  }

  /** What else there is to be of a task: keys and members. */
  entriesOf(id: Bytes, record: TaskRecord): [string, Bytes][] {
    const { key, order } = digestsOf(record);
    const { state } = record;
    const isHead = order !== null && this.#heads.get(order) === id;
    if (isHead && state !== "SUCCEEDED" && state !== "CANCELLED" && state !== "EXPIRED") {
      this.#foundHeads.add(id);
    }
    const entries: [string, Bytes][] = [];
    if (state === "READY" && order !== null && !isHead) {
      entries.push([this.#keyOf("behind"), id]);
    } else if (state === "READY" && key !== null) {
      entries.push([this.#keyOf("keyed"), id]);
    }
    if (key !== null && (state === "READY" || state === "SCHEDULED")) {
      entries.push([this.#keyOf("members"), `W${key}${id}`]);
    }
    if (key !== null && state === "LEASED") {
      entries.push([this.#keyOf("members"), `L${key}${id}`]);
      this.#leasedKeys.add(key);
    }
    return entries;
  }

  /** What would wait in vain, once every task was looked at. */
  async faults(): Promise<string[]> {
    const found: string[] = [];
    for (const [lane, { kind, key }] of this.#lanes) {
      const isEligible = await this.#redis.zscore(`${this.#keyOf("stem")}v:${kind}`, bytes(key));
      if (isEligible === null && !this.#parked.get(key)?.includes(kind)) {
        found.push(`${shown(lane)} is neither eligible nor parked`);
      }
      if (isEligible !== null) {
        const isNamed = await this.#redis.sismember(this.#keyOf("types"), `#${kind}`);
        if (isNamed === 0) found.push(`#${kind} is not among the types`);
      }
    }
    for (const key of this.#parked.keys()) {
      if (!(await this.#mayComeBack(key))) found.push(`${shown(key)} is parked for nothing`);
    }
    for (const key of (await this.#redis.zrangeBuffer(this.#keyOf("until"), 0, "-1")).map(latin1)) {
      if (!this.#parked.has(key)) found.push(`${shown(key)} is let in and not parked`);
    }
    for (const [order, head] of this.#heads) {
      if (!this.#foundHeads.has(head)) found.push(`the head of ${shown(order)} is none`);
    }
    for (const order of this.#orders) {
      if (!this.#heads.has(order)) found.push(`${shown(order)} has no head`);
    }
    return found;
  }

  async #mayComeBack(key: Bytes): Promise<boolean> {
    const isTimed = (await this.#redis.zscore(this.#keyOf("until"), bytes(key))) !== null;
    const own = await this.#redis.hgetBuffer(this.#keyOf("flow"), bytes(key));
    const isPaused = own !== null && (own.readUInt8(0) & 1) === 1;
    const isPassing = (await this.#redis.hexists(this.#keyOf("flow"), "r")) === 1;
    return isTimed || isPaused || isPassing || this.#leasedKeys.has(key);
  }

  async #hash(role: QueueKeyRole): Promise<Map<Bytes, Bytes>> {
    const fields = await this.#redis.hkeysBuffer(this.#keyOf(role));
    const values = await this.#redis.hvalsBuffer(this.#keyOf(role));
    return new Map(fields.map((field, at) => [latin1(field), latin1(values[at] as Buffer)]));
  }
}

function digestsOf({ spec }: TaskRecord): { key: Bytes | null; order: Bytes | null } {
  const { concurrencyKey, orderingKey } = spec;
  return {
    key: concurrencyKey === "" ? null : latin1(keyDigest(concurrencyKey)),
    order: orderingKey === "" ? null : latin1(orderDigest(concurrencyKey, orderingKey)),
  };
}

function bytes(text: Bytes): Buffer {
  return Buffer.from(text, "latin1");
}

function latin1(text: Buffer): Bytes {
  return text.toString("latin1");
}

function shown(text: Bytes): string {
  return text.replace(
    /[^ -~]/g,
    (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
