import type { Edit, Mutant } from "./mutants.ts";

/** A fault in limits, order or fair shares that a test of the conformance suite finds, on the store that has it. */
export interface FlowMutant extends Mutant {
  readonly store: "sqlite" | "redis";
  /** A part of the titles of tests of which one must fail. */
  readonly test: string;
}

const SQLITE = "server/src/store/sqlite";
/** What scripts share stands in each of Redis' two libraries. */
const LUA = { file: "server/src/store/redis/lua.generated.ts", times: 2 } as const;

function flow(store: "sqlite" | "redis", name: string, test: string, edit: Edit): FlowMutant {
  return { store, name: `${name}, on ${store}`, test, breaks: [], edits: [edit] };
}

const COUNTER = "the places of a key are a counter that only grows";
const TAG = "a grant does not advance the tag of its key";
const PARKED = "a key that was parked for its limit is forgotten";
const BURST = "a rate has no burst that bounds what it saves up";
const ORDER = "the next of an ordering key goes on while the first backs off";

/** Faults in what keys, limits and order are made of, each on both stores. */
export const FLOW_MUTANTS: readonly FlowMutant[] = [
  flow("sqlite", COUNTER, "gives the place of a task of a key", {
    file: `${SQLITE}/flow/members.ts`,
    snippet: "tx.statements.deleteMember.run(queue.id, key, LEASED, seq);",
    replacement: "void [tx, queue, key, seq];",
  }),
  flow("redis", COUNTER, "gives the place of a task of a key", {
    ...LUA,
    snippet: 'ended[#ended + 1] = \\"L\\" .. key .. id',
    replacement: "local _ = id",
  }),
  flow("sqlite", TAG, "shares grants evenly between keys", {
    file: "server/src/domain/flow/deal.ts",
    snippet: "tags[lane] = (tags[lane] as number) + STRIDE / weight;",
    replacement: "tags[lane] = (tags[lane] as number) + 0 * (STRIDE / weight);",
  }),
  flow("redis", TAG, "shares grants evenly between keys", {
    file: LUA.file,
    snippet: "digest, tag, 1000 / weight",
    replacement: "digest, tag, 0 / weight",
  }),
  flow("sqlite", PARKED, "gives the place of a task of a key", {
    file: `${SQLITE}/flow/line.ts`,
    snippet: "    letInAfterLease(tx, queue, key);\n",
    replacement: "    void letInAfterLease;\n",
  }),
  flow("redis", PARKED, "gives the place of a task of a key", {
    ...LUA,
    snippet: "freed[key] = true\\nend",
    replacement: "end",
  }),
  flow("sqlite", BURST, "gives no more than a burst after however long a pause", {
    file: "server/src/domain/flow/gcra.ts",
    snippet: "return Math.max(0, Math.min(burst, left));",
    replacement: "return Math.max(0, tatMs < nowMs ? left + burst : left);",
  }),
  flow("redis", BURST, "gives no more than a burst after however long a pause", {
    ...LUA,
    snippet: "math.max(0, math.min(burst, left))",
    replacement: "math.max(0, tat < now and left + burst or left)",
  }),
  flow("sqlite", ORDER, "holds the others while the first backs off", {
    file: `${SQLITE}/flow/line.ts`,
    snippet: "  if (row.concurrency_key !== null) {\n    enterScheduled(",
    replacement: `  endTurn(tx, { queue, row } as FoundTask);
  if (row.concurrency_key !== null) {
    enterScheduled(`,
  }),
  flow("redis", ORDER, "holds the others while the first backs off", {
    ...LUA,
    snippet: "local function to_scheduled(id, r, due)\\n  leave(id, r)",
    replacement: "local function to_scheduled(id, r, due)\\n  leave_head(id, r)\\n  leave(id, r)",
  }),
];
