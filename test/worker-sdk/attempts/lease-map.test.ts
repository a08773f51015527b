import assert from "node:assert/strict";
import fc from "fast-check";
import { type Lease, LeaseMap } from "../../../worker-sdk/src/attempts/lease-map.ts";

describe("A map of leases", () => {
  const value = (taskId: string, leaseToken: number) => ({ lease: { taskId, leaseToken } });
  const text = ({ taskId, leaseToken }: Lease) => `${taskId}#${leaseToken}`;

  it("keeps two leases of one task apart", () => {
    const map = new LeaseMap<{ readonly lease: Lease }>();
    const [first, second] = [value("a", 1), value("a", 2)];
    map.add(first);
    map.add(second);
    assert.deepEqual([map.get("a", 1), map.get("a", 2)], [first, second]);
    assert.equal(map.remove("a", 1), first);
    assert.deepEqual([map.get("a", 1), map.get("a", 2), map.size], [undefined, second, 1]);
    map.add(value("a", 2));
    assert.equal(map.size, 1);
  });

  it("does as a map with a key of task and token would", () => {
    const step = fc.record({
      does: fc.constantFrom("add", "add", "add", "remove", "clear"),
      taskId: fc.constantFrom("a", "b", "c"),
      leaseToken: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const map = new LeaseMap<{ readonly lease: Lease }>();
        const plain = new Map<string, { readonly lease: Lease }>();
        for (const { does, taskId, leaseToken } of steps) {
          const entry = value(taskId, leaseToken);
          const key = text(entry.lease);
          if (does === "add") {
            map.add(entry);
            plain.set(key, entry);
          } else if (does === "remove") {
            assert.equal(map.remove(taskId, leaseToken), plain.get(key));
            plain.delete(key);
          } else {
            map.clear();
            plain.clear();
          }
          assert.equal(map.size, plain.size);
          assert.equal(map.get(taskId, leaseToken), plain.get(key));
          const listed = [...map.values()].map(({ lease }) => text(lease)).sort();
          assert.deepEqual(listed, [...plain.keys()].sort());
        }
      }),
    );
  });
});
