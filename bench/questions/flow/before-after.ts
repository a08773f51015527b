import { type BatonBed, startBaton } from "../../beds/baton-bed.ts";
import { unpack } from "../../beds/earlier-tree.ts";
import {
  type Contender,
  figuresOf,
  interleaved,
  least,
  most,
  ratioOf,
} from "../../measuring/measure.ts";
import { PAYLOAD_BYTES, type Question } from "../../question.ts";
import { submitAndWork } from "../both-at-once.ts";

const LEAST = 0.97;
/** A difference of a few in a hundred takes more rounds to see than others. */
const ROUNDS_EACH = 3;

/** Does a task cost more than at an earlier commit? */
export const beforeAfter: Question = {
  name: "before-after",
  isQuick: false,
  needsEarlier: true,
  async ask(beds, effort) {
    const { warmUpRounds, rounds, tasks, against } = effort;
    const tree = unpack(against);
    const earlier: BatonBed[] = [];
    try {
      const contenders: Contender[] = [];
      for (const store of ["redis", "sqlite"] as const) {
        const before = await startBaton({ store, root: tree.folder });
        earlier.push(before);
        const after = await beds[store]();
        const run = (bed: BatonBed) => () => submitAndWork(bed, tasks, PAYLOAD_BYTES);
        contenders.push(
          { key: `${store}.before`, label: `${before.name}, before`, run: run(before) },
          { key: `${store}.after`, label: `${after.name}, now`, run: run(after) },
        );
      }
      const measured = await interleaved(contenders, {
        warmUpRounds,
        rounds: rounds * ROUNDS_EACH,
      });
      const compared = ["redis", "sqlite"].map((store) => ({
        label: `${store === "redis" ? "Redis" : "SQLite"}, now : before`,
        of: `${store}.after`,
        to: `${store}.before`,
      }));
      return {
        name: "before-after",
        title: "Plain tasks, before there were limits, order and shares",
        method:
          "Submit and process at once, as above, tasks without keys on a queue without settings; dispatcher, producer and " +
          `worker all of commit ${tree.commit}, and all of this one. \`--against COMMIT\` compares with another.`,
        figures: figuresOf(contenders, measured),
        ratios: compared.flatMap((each) => [
          ratioOf(measured, { ...each, what: "perSecond", target: least(LEAST) }),
          ratioOf(measured, {
            ...each,
            label: `${each.label}, CPU-s`,
            what: "cpuTotal",
            target: most(1 / LEAST),
          }),
        ]),
        plots: [],
      };
    } finally {
      await Promise.all(earlier.map((bed) => bed.stop()));
      tree.remove();
    }
  },
};
