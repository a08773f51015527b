import type { Bed } from "../beds/bed.ts";
import { type Contender, figuresOf, interleaved, ratioOf } from "../measuring/measure.ts";
import type { Question } from "../question.ts";
import type { Figure, Ratio } from "../report/finding.ts";
import { submitAndWork } from "./both-at-once.ts";

const KIBIBYTE = 1_024;

/** How many tasks of which size: about as many bytes each time. */
const LOADS = [
  { label: "1 KiB", bytes: KIBIBYTE, count: 8_000 },
  { label: "64 KiB", bytes: 64 * KIBIBYTE, count: 800 },
  // The JSON around the text must fit as well.
  { label: "1 MiB", bytes: KIBIBYTE * KIBIBYTE, count: 60 },
];

/** What do larger payloads cost? */
export const payloadSizes: Question = {
  name: "payload-sizes",
  isQuick: false,
  async ask(beds, { rounds }) {
    const systems: [string, Bed][] = [
      ["redis", await beds.redis()],
      ["bull", await beds.bull()],
      ["sqlite", await beds.sqlite()],
    ];
    const figures: Figure[] = [];
    const ratios: Ratio[] = [];
    for (const { label, bytes, count } of LOADS) {
      const contenders = systems.map(
        ([key, bed]): Contender => ({
          key: `${key}.${bytes}`,
          label: `${bed.name}, ${label}`,
          run: () => submitAndWork(bed, count, bytes),
        }),
      );
      const measured = await interleaved(contenders, {
        rounds: Math.min(rounds, 2),
        warmUpRounds: 1,
      });
      figures.push(...figuresOf(contenders, measured));
      const compared = { of: `redis.${bytes}`, to: `bull.${bytes}`, what: "perSecond" } as const;
      ratios.push(
        ratioOf(measured, { ...compared, label: `Redis : BullMQ, ${label}`, target: null }),
      );
    }
    return {
      name: "payload-sizes",
      title: "Payloads of 1 KiB, 64 KiB and 1 MiB",
      method: "Submit and process at once, as above; 8,000, 800 and 60 tasks a round.",
      figures,
      ratios,
      plots: [],
    };
  },
};
