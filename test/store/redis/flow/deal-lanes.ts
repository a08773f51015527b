import assert from "node:assert/strict";
import type { Redis } from "ioredis";
import { deal, strideOf } from "../../../../server/src/domain/flow/deal.ts";
import { keyDigest } from "../../../../server/src/store/redis/flow-digest.ts";
import { QUEUE, TYPE } from "../../../support/task-factory.ts";
import { KEYS } from "./deal-steps.ts";
import type { FlowModel } from "./flow-model.ts";

/** The member of a kind's idle tags that is its virtual time. */
const VIRTUAL_TIME = "t";

type Tags = ReadonlyMap<string, number>;

/** What a lane got. */
export interface DealtLane {
  readonly key: string;
  readonly granted: number;
  readonly first: number;
  readonly stride: number;
}

/** The lanes of a queue as they are in Redis, beside what the domain says of them. */
export class DealLanes {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #model: FlowModel;

  constructor(redis: Redis, prefix: string, model: FlowModel) {
    this.#redis = redis;
    this.#prefix = prefix;
    this.#model = model;
  }

  /** The tags of the eligible lanes, and of those that are idle or parked. */
  async tags() {
    const stem = `${this.#prefix}{${QUEUE}}:`;
    return [
      await this.#tagsOf(`${stem}v:${TYPE}`),
      new Map([
        ...(await this.#tagsOf(`${stem}i:${TYPE}`)),
        ...(await this.#tagsOf(`${stem}y:${TYPE}`)),
      ]),
    ] as const;
  }

  /** Lanes that became eligible stand where they stood, but not before the virtual time. */
  async checkReturns(tags: Tags, idle: Tags): Promise<void> {
    const [now] = await this.tags();
    for (const [key, tag] of now) {
      if (!tags.has(key) && tags.size > 0) {
        const before = Math.max(idle.get(VIRTUAL_TIME) ?? 0, idle.get(key) ?? 0);
        assert.ok(tag >= before, `${key} came back with ${tag} in place of ${before}`);
      }
    }
  }

  /** Each lane's tag grew by a stride a grant. */
  async checkTags(lanes: readonly DealtLane[]): Promise<void> {
    const [tags, idle] = await this.tags();
    const least = tags.size === 0 ? Infinity : Math.min(...tags.values());
    for (const { key, granted, first, stride } of lanes.filter((lane) => lane.granted > 0)) {
      const tag = first + granted * stride;
      const now = tags.get(key) ?? idle.get(key) ?? least;
      assert.ok(
        Math.abs(now - tag) < 1e-6 || least === Infinity || (tag <= least && now === least),
        `${key} has ${now} after ${granted} grants, not ${tag}`,
      );
    }
  }

  /** What deal.ts says of the lanes as they are in Redis. */
  async dealt(grants: number): Promise<DealtLane[]> {
    const lanes = await this.#lanes(grants > 0);
    return deal(lanes, grants).map(({ granted }, at) => {
      const { key, tag, weight } = lanes[at] as (typeof lanes)[number];
      return { key, granted, first: tag, stride: strideOf(weight) };
    });
  }

  async #lanes(isDueLetIn: boolean) {
    const stem = `${this.#prefix}{${QUEUE}}:`;
    const [tags, idle] = await this.tags();
    const isPassing = (await this.#redis.hexists(`${stem}q`, "r")) === 1;
    const enter = (key: string) => {
      const time = idle.get(VIRTUAL_TIME) ?? 0;
      const { keyWeight, plainWeight } = this.#model.settings;
      const first = time + strideOf(key === "" ? plainWeight : keyWeight);
      return [key, Math.max(time, idle.get(key) ?? first)] as const;
    };
    const letIn: (readonly [string, number])[] = [];
    for (const key of KEYS.slice(1)) {
      const untilMs = await this.#redis.zscore(`${stem}z`, keyDigest(key));
      const isDue = isDueLetIn && untilMs !== null && Number(untilMs) <= (await this.#nowMs());
      if (!tags.has(key) && this.#model.lane(key).length > 0 && isDue) {
        letIn.push(enter(key));
      } else if (!tags.has(key) && isDueLetIn && !isPassing) {
        assert.equal(this.#model.roomOf(key), 0, `${key} waits in vain`);
      }
    }
    for (const [key, tag] of letIn) tags.set(key, tag);
    if (!tags.has("") && this.#model.lane("").length > 0) {
      tags.set(...enter(""));
    }
    const places = [...tags].sort(
      ([one, first], [other, second]) =>
        first - second || Buffer.compare(digestOf(one), digestOf(other)),
    );
    return places.map(([key, tag]) => ({
      key,
      tag,
      weight: this.#model.weightOf(key),
      room: this.#model.roomOf(key),
    }));
  }

  async #tagsOf(name: string): Promise<Map<string, number>> {
    const found = await this.#redis.zrangeBuffer(name, 0, "-1", "WITHSCORES");
    const tags = new Map<string, number>();
    for (let at = 0; at < found.length; at += 2) {
      if ((found[at] as Buffer).equals(Buffer.from(VIRTUAL_TIME))) {
        tags.set(VIRTUAL_TIME, Number(found[at + 1]));
        continue;
      }
      const key = KEYS.find((each) => digestOf(each).equals(found[at] as Buffer));
      tags.set(key ?? assert.fail("an unknown lane"), Number(found[at + 1]));
    }
    return tags;
  }

  async #nowMs(): Promise<number> {
    const [seconds, micros] = await this.#redis.time();
    return Number(seconds) * 1_000 + Number(micros) / 1_000 + this.#model.nowMs;
  }
}

/**
 * The tags at which lanes got their grants. Of lanes that have the same tag Redis may choose another than the domain,
 * since it deals before it knows how many tasks a lane has: the tags are the same whichever it chooses.
 */
export function startsOf(lanes: readonly DealtLane[]): string[] {
  return lanes
    .flatMap(({ granted, first, stride }) =>
      Array.from({ length: granted }, (_, nth) => first + nth * stride),
    )
    .sort((one, other) => one - other)
    .map((tag) => tag.toFixed(3));
}

function digestOf(key: string): Buffer {
  return key === "" ? Buffer.alloc(0) : keyDigest(key);
}
