import type { Edit, Mutant } from "./mutants.ts";

const STORES = ["sqlite", "redis"] as const;
type Store = (typeof STORES)[number];

/** A fault in limits, order or fair shares that a test of the conformance suite finds, on the store that has it. */
export interface FlowMutant extends Mutant {
  readonly store: Store;
  /** A part of the titles of tests of which one must fail. */
  readonly test: string;
}

const SQLITE = "server/src/store/sqlite";
/** What scripts share stands in each of Redis' two libraries. */
const LUA = { file: "server/src/store/redis/lua.generated.ts", times: 2 } as const;

/** The same fault in both stores, each by its own edit. */
function both(name: string, test: string, edits: Readonly<Record<Store, Edit>>): FlowMutant[] {
  return STORES.map((store) => ({
    name: `${name}, on ${store}`,
    store,
    test,
    breaks: [],
    edits: [edits[store]],
  }));
}

/** Faults in what keys, limits and order are made of, each on both stores. */
export const FLOW_MUTANTS: readonly FlowMutant[] = [
  both("the places of a key are a counter that only grows", "gives the place of a task of a key", {
    sqlite: {
      file: `${SQLITE}/flow/members.ts`,
      snippet: "tx.statements.deleteMember.run(queue.id, key, LEASED, seq);",
      replacement: "void [tx, queue, key, seq];",
    },
    redis: {
      ...LUA,
      snippet: 'ended[#ended + 1] = \\"L\\" .. key .. id',
      replacement: "local _ = id",
    },
  }),
  both("a grant does not advance the tag of its key", "shares grants evenly between keys", {
    sqlite: {
      file: "server/src/domain/flow/deal.ts",
      snippet: "tags[lane] = (tags[lane] as number) + strideOf(weight);",
      replacement: "tags[lane] = (tags[lane] as number) + 0 * strideOf(weight);",
    },
    redis: {
      file: LUA.file,
      snippet: "digest, tag, flows.stride_of(weight)",
      replacement: "digest, tag, 0 * flows.stride_of(weight)",
    },
  }),
  both("a key that was parked for its limit is forgotten", "gives the place of a task of a key", {
    sqlite: {
      file: `${SQLITE}/flow/line.ts`,
      snippet: "    letInAfterLease(tx, queue, key);\n",
      replacement: "    void letInAfterLease;\n",
    },
    redis: {
      ...LUA,
      snippet: "freed[key] = true\\nend",
      replacement: "end",
    },
  }),
  both(
    "a rate has no burst that bounds what it saves up",
    "gives no more than a burst after however long a pause",
    {
      sqlite: {
        file: "server/src/domain/flow/gcra.ts",
        snippet: "return Math.max(0, Math.min(burst, left));",
        replacement: "return Math.max(0, tatMs < nowMs ? left + burst : left);",
      },
      redis: {
        ...LUA,
        snippet: "math.max(0, math.min(burst, left))",
        replacement: "math.max(0, tat < now and left + burst or left)",
      },
    },
  ),
  both(
    "the next of an ordering key goes on while the first backs off",
    "holds the others while the first backs off",
    {
      sqlite: {
        file: `${SQLITE}/flow/line.ts`,
        snippet: "  if (row.concurrency_key !== null) {\n    enterScheduled(",
        replacement: `  endTurn(tx, { queue, row } as FoundTask);
    if (row.concurrency_key !== null) {
      enterScheduled(`,
      },
      redis: {
        ...LUA,
        snippet: "local function to_scheduled(id, r, due)\\n  leave(id, r)",
        replacement:
          "local function to_scheduled(id, r, due)\\n  leave_head(id, r)\\n  leave(id, r)",
      },
    },
  ),
].flat();
