import type { Redis } from "ioredis";
import { isSuspect } from "../../../server/src/domain/crashes.ts";
import type { QueueName } from "../../../server/src/domain/ids.ts";
import { leaseKindOf, PINNED, SUSPECT } from "../../../server/src/domain/specs/spec-codec.ts";
import { type QueueKeyRole, queueKey } from "../../../server/src/store/redis/keys.ts";
import {
  decodeRecord,
  type TaskRecord,
} from "../../../server/src/store/redis/scripts/packing/record.ts";
import { FlowAudit } from "./flow-audit.ts";

const NOTHING = Buffer.alloc(0);
const LETTERS = "srfpcx";
const PAST = "h";
const INDEX_OF = {
  SCHEDULED: "scheduled",
  SUCCEEDED: "succeeded",
  DEAD: "dead",
  CANCELLED: "cancelled",
  EXPIRED: "expired",
} as const;

/** A key's name as Redis has it: some have digests in them, so that a character stands for a byte here. */
export function keyBytes(key: string): Buffer {
  return Buffer.from(key, "latin1");
}

/** Names every key of a queue's that nothing accounts for, and every task that an index lacks. */
export async function auditQueueKeys(
  redis: Redis,
  prefix: string,
  queue: QueueName,
  keys: readonly string[],
): Promise<string[]> {
  return new QueueAudit(redis, prefix, queue, keys).run();
}

class QueueAudit {
  readonly #redis: Redis;
  readonly #queue: QueueName;
  readonly #keys: ReadonlySet<string>;
  readonly #keyOf: (role: QueueKeyRole) => string;
  /** What there should be: key, then member. */
  readonly #expected = new Map<string, Set<string>>();
  readonly #found: string[] = [];
  /** The tasks of which past attempts may be kept. */
  readonly #mayHavePast = new Set<string>();
  readonly #flow: FlowAudit;

  constructor(redis: Redis, prefix: string, queue: QueueName, keys: readonly string[]) {
    this.#redis = redis;
    this.#queue = queue;
    this.#keys = new Set(keys);
    this.#keyOf = (role) => queueKey(prefix, queue, role);
    this.#flow = new FlowAudit(redis, this.#keyOf);
  }

  async run(): Promise<string[]> {
    const ids = await this.#redis.hkeysBuffer(this.#keyOf("tasks"));
    const records = await this.#redis.hvalsBuffer(this.#keyOf("tasks"));
    const runs = await this.#runsById();
    await this.#flow.read();
    for (const [at, id] of ids.entries()) {
      this.#expectTask(latin1(id), records[at] ?? NOTHING, runs.get(latin1(id)) ?? NOTHING);
    }
    await this.#expectDeaths(ids);
    const sessions = await this.#redis.zrange(this.#keyOf("sessions"), 0, "-1");
    for (const key of this.#keys) {
      await this.#checkKey(key, sessions);
    }
    this.#found.push(...(await this.#flow.faults()));
    for (const [key, members] of this.#expected) {
      for (const member of members) {
        this.#found.push(`${key} lacks ${hex(member)}`);
      }
    }
    return this.#found;
  }

  async #runsById(): Promise<Map<string, Buffer>> {
    const ids = await this.#redis.hkeysBuffer(this.#keyOf("runs"));
    const runs = await this.#redis.hvalsBuffer(this.#keyOf("runs"));
    return new Map(ids.map((id, at) => [latin1(id), runs[at] ?? NOTHING]));
  }

  #expectTask(id: string, bytes: Buffer, run: Buffer): void {
    const record = decodeRecord(this.#queue, bytes, run, NOTHING);
    this.#expect(this.#indexOf(record, id), id);
    for (const [key, member] of this.#flow.entriesOf(id, record)) {
      this.#expect(key, member);
    }
    if (run.length > 0) {
      this.#expect(this.#keyOf("runs"), id);
    }
    if (record.state === "LEASED") {
      this.#expect(this.#keyOf("attempts"), record.sessionId);
    }
    const isUnstarted = record.state === "SCHEDULED" || record.state === "READY";
    if (record.spec.startDeadlineMs !== null && record.deliveries === 0 && isUnstarted) {
      this.#expect(this.#keyOf("starts"), id);
    }
    if (this.#hasPast(record)) {
      this.#mayHavePast.add(id + PAST);
    }
    for (const [bit, letter] of Array.from(LETTERS).entries()) {
      if ((record.details & (1 << bit)) !== 0) {
        this.#expect(this.#keyOf("details"), id + letter);
      }
    }
  }

  /** A task that was leased once and runs still or succeeded has none; of any other it is known where the queue keeps them. */
  #hasPast({ state, attempt, deliveries }: TaskRecord): boolean {
    const isFirst =
      deliveries === 1 && attempt === 1 && (state === "LEASED" || state === "SUCCEEDED");
    return deliveries > 0 && !isFirst;
  }

  async #expectDeaths(ids: readonly Buffer[]): Promise<void> {
    const dead = new Set(
      (await this.#redis.zrangeBuffer(this.#keyOf("dead"), 0, "-1")).map(latin1),
    );
    for (const id of ids.filter((each) => dead.has(latin1(each)))) {
      const field = Buffer.concat([id, Buffer.from("f")]);
      const failure = await this.#redis.hgetBuffer(this.#keyOf("details"), field);
      const [type = ""] = JSON.parse(String(failure ?? "[]")) as string[];
      const entry = Buffer.concat([Buffer.from(`${type}\u0000`), id]);
      this.#expect(`${this.#keyOf("stem")}ft`, latin1(entry));
    }
  }

  #indexOf(record: TaskRecord, id: string): string {
    switch (record.state) {
      case "READY":
        return this.#flow.placeOf(id, record, lineOf(record));
      case "LEASED":
        return `${this.#keyOf("stem")}h:${record.sessionId}`;
      default:
        return this.#keyOf(INDEX_OF[record.state]);
    }
  }

  #expect(key: string, member: string): void {
    const members = this.#expected.get(key) ?? new Set();
    this.#expected.set(key, members.add(member));
  }

  async #checkKey(key: string, sessions: readonly string[]): Promise<void> {
    const stem = this.#keyOf("stem");
    const kind = key.slice(stem.length, stem.length + 2);
    if (["s:", "n:", "h:", "w:"].includes(kind)) {
      if (!sessions.includes(key.slice(stem.length + 2))) {
        this.#found.push(`${key} is of no session`);
      }
    }
    if (key === this.#keyOf("meta") && !this.#keys.has(this.#keyOf("tasks"))) {
      this.#found.push(`${key} is of no task`);
    }
    const members = await this.#membersOf(key, kind);
    // A session stays in this index until it is looked at next, or ends.
    const isAttempts = key === this.#keyOf("attempts");
    for (const member of members) {
      const isOfSession = isAttempts && sessions.includes(member);
      const isPast = key === this.#keyOf("details") && this.#mayHavePast.has(member);
      const isExpected = this.#expected.get(key)?.delete(member);
      if (!isExpected && !isOfSession && !isPast) {
        this.#found.push(`${key} has ${hex(member)}`);
      }
    }
  }

  async #membersOf(key: string, kind: string): Promise<string[]> {
    const role = (name: QueueKeyRole) => key === this.#keyOf(name);
    if (kind === "h:") {
      return (await this.#redis.smembersBuffer(key)).map(latin1);
    }
    if (role("details") || role("runs")) {
      return (await this.#redis.hkeysBuffer(key)).map(latin1);
    }
    const isOther = ["s:", "n:", "w:"].includes(kind) || role("tasks") || role("meta");
    if (isOther || role("types") || role("sessions") || this.#flow.isOwn(key)) {
      return [];
    }
    const members = (await this.#redis.zrangeBuffer(keyBytes(key), 0, "-1")).map(latin1);
    return role("succeeded") ? members.flatMap(idsOf) : members;
  }
}

function lineOf({ spec, crashes }: TaskRecord): string {
  const kind = leaseKindOf(spec);
  const isApart = !kind.startsWith(PINNED) && isSuspect(crashes, spec.retryPolicy.maxCrashes);
  return isApart ? SUSPECT + kind : kind;
}

/** Takes an entry of several ids apart; one that has none or a part of one is found to be nobody's. */
function idsOf(entry: string): string[] {
  return entry.match(/.{12}|.+$/gs) ?? [entry];
}

function latin1(bytes: Buffer): string {
  return bytes.toString("latin1");
}

function hex(member: string): string {
  return Buffer.from(member, "latin1").toString("hex");
}
