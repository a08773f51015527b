import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Dealt,
  deal,
  type Lane,
  STRIDE,
  strideOf,
} from "../../../server/src/domain/flow/deal.ts";

const rooms = fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 200 }), fc.constant(1_000_000));
const weights = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 100 }));
/** Tags that often meet, and tags that never do. */
const tags = fc.oneof(
  fc.nat({ max: 8 }).map((strides) => strides * STRIDE),
  fc.double({ min: 0, max: 10 * STRIDE, noNaN: true }),
);
const lanesOf = (tag: fc.Arbitrary<number>): fc.Arbitrary<Lane[]> =>
  fc
    .array(fc.record({ tag, weight: weights, room: rooms }), { maxLength: 40 })
    .map((lanes) => lanes.toSorted((left, right) => left.tag - right.tag));
const lanes = lanesOf(tags);
const grants = fc.nat({ max: 300 });

/** Lanes after a deal, in the order of their tags again. */
function after(before: readonly Lane[], dealt: readonly Dealt[]): { lane: Lane; at: number }[] {
  return before
    .map(({ weight, room }, at) => {
      const { tag, granted } = dealt[at] ?? assert.fail();
      return { lane: { tag, weight, room: room - granted }, at };
    })
    .toSorted((left, right) => left.lane.tag - right.lane.tag);
}

/** Deals piece by piece, each time among the lanes as the pieces before left them. */
function dealInPieces(all: readonly Lane[], pieces: readonly number[]): Dealt[] {
  const total = all.map(({ tag }) => ({ granted: 0, tag }));
  let left = all.map((lane, at) => ({ lane, at }));
  for (const piece of pieces) {
    const dealt = deal(
      left.map(({ lane }) => lane),
      piece,
    );
    for (const [index, { at }] of left.entries()) {
      const { granted, tag } = dealt[index] ?? assert.fail();
      total[at] = { granted: (total[at]?.granted ?? 0) + granted, tag };
    }
    const ats = left.map(({ at }) => at);
    left = after(
      left.map(({ lane }) => lane),
      dealt,
    ).map(({ lane, at }) => ({ lane, at: ats[at] ?? assert.fail() }));
  }
  return total;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

describe("A deal", () => {
  it("lets no key wait that has room while another gets more than one stride ahead of it", () => {
    fc.assert(
      fc.property(lanes, grants, (all, count) => {
        const dealt = deal(all, count);
        const waiting = dealt.flatMap(({ granted, tag }, at) =>
          granted < (all[at]?.room ?? 0) ? [tag] : [],
        );
        const leastWaiting = Math.min(...waiting, Infinity);
        for (const [at, { granted, tag }] of dealt.entries()) {
          const lastGrantAt = tag - strideOf(all[at]?.weight ?? 1);
          assert.ok(granted === 0 || lastGrantAt <= leastWaiting + 1e-6, `${at} is too far ahead`);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("gives keys that always have room shares as their weights, to within one grant each", () => {
    const equalTags = fc.array(weights, { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(equalTags, fc.nat({ max: 3_000 }), (all, count) => {
        const dealt = deal(
          all.map((weight) => ({ tag: 7, weight, room: count })),
          count,
        );
        const least = Math.min(...dealt.map(({ tag }) => tag - 7));
        for (const [at, { granted }] of dealt.entries()) {
          const share = least / strideOf(all[at] ?? 0);
          assert.ok(granted >= share - 1e-6 && granted <= share + 1 + (all[at] ?? 0), `${at}`);
        }
      }),
    );
  });

  it("has whole strides, within 1 of 14,000 of what the weight says", () => {
    for (let weight = 1; weight <= 100; weight += 1) {
      const stride = strideOf(weight);
      assert.ok(Number.isInteger(stride));
      assert.ok(Math.abs((stride * weight) / STRIDE - 1) < 1 / 14_000, `${weight}: ${stride}`);
    }
  });

  it("never gives a key more than it has room for, nor more than there is in all", () => {
    fc.assert(
      fc.property(lanes, grants, (all, count) => {
        const dealt = deal(all, count);
        assert.equal(dealt.length, all.length);
        for (const [at, { granted }] of dealt.entries()) {
          assert.ok(granted >= 0 && granted <= (all[at]?.room ?? 0));
        }
      }),
    );
  });

  it("withholds nothing while a key has room: a lone key takes everything", () => {
    fc.assert(
      fc.property(lanes, grants, (all, count) => {
        const granted = sum(deal(all, count).map((one) => one.granted));
        assert.equal(granted, Math.min(count, sum(all.map(({ room }) => room))));
      }),
    );
    assert.deepEqual(deal([{ tag: 9_000, weight: 4, room: 50 }], 40), [
      { granted: 40, tag: 9_000 + 40 * (STRIDE / 4) },
    ]);
  });

  it("adds a stride to a tag with each grant, and leaves the others as they are", () => {
    fc.assert(
      fc.property(lanes, grants, (all, count) => {
        for (const [at, { granted, tag }] of deal(all, count).entries()) {
          const { tag: before, weight } = all[at] ?? assert.fail();
          assert.ok(Math.abs(tag - before - granted * strideOf(weight)) < 1e-6);
        }
      }),
    );
  });

  it("comes to the same in one call and in several, but for the order of keys whose tags meet", () => {
    const pieces = fc.array(fc.nat({ max: 60 }), { maxLength: 8 });
    fc.assert(
      fc.property(lanes, pieces, (all, counts) => {
        const once = deal(all, sum(counts));
        const piecemeal = dealInPieces(all, counts);
        const last = Math.max(...once.map(({ granted, tag }, at) => lastGrantOf(granted, tag, at)));
        function lastGrantOf(granted: number, tag: number, at: number): number {
          return granted === 0 ? -Infinity : tag - strideOf(all[at]?.weight ?? 1);
        }
        for (const [at, { granted, tag }] of once.entries()) {
          const other = piecemeal[at] ?? assert.fail();
          const isTie =
            Math.abs(granted - other.granted) === 1 &&
            Math.abs(Math.min(tag, other.tag) - last) < 1e-6;
          assert.ok(granted === other.granted || isTie, `${at}: ${granted}, ${other.granted}`);
          assert.ok(granted !== other.granted || tag === other.tag);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("looks at a few keys a grant, not at all of them", () => {
    let looks = 0;
    const counted = (tag: number): number =>
      ({
        [Symbol.toPrimitive]: () => {
          looks += 1;
          return tag;
        },
      }) as unknown as number;
    for (const keys of [1 << 10, 1 << 14]) {
      looks = 0;
      const all = Array.from({ length: keys }, (_, at) => ({
        tag: counted(at),
        weight: 1,
        room: 9,
      }));
      deal(all, 100);
      const deepest = Math.log2(keys);
      // Two comparisons of two tags a level.
      assert.ok(looks <= 100 * 4 * (deepest + 1), `${looks} looks among ${keys} keys`);
    }
  });
});
