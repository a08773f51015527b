import { startBaton } from "../beds/baton-bed.ts";
import { Program } from "../beds/program.ts";
import { type Contender, figuresOf, interleaved, least, ratioOf } from "../measuring/measure.ts";
import { PAYLOAD_BYTES, type Question } from "../question.ts";
import { submitAndWork } from "./both-at-once.ts";

/** What does tracing every task cost? */
export const tracing: Question = {
  name: "tracing",
  isQuick: false,
  async ask(beds, effort) {
    const { tasks } = effort;
    const collector = new Program({ script: "bench/programs/otlp-sink.ts" });
    const traceTo = await collector.address();
    const traced = await startBaton({ store: "sqlite", traceTo });
    try {
      const plain = await beds.sqlite();
      const contenders: Contender[] = [
        {
          key: "traced",
          label: "every task traced",
          run: () => submitAndWork(traced, tasks, PAYLOAD_BYTES),
        },
        {
          key: "plain",
          label: "not traced",
          run: () => submitAndWork(plain, tasks, PAYLOAD_BYTES),
        },
      ];
      const measured = await interleaved(contenders, effort);
      return {
        name: "tracing",
        title: "Tracing",
        method:
          "Submit and process at once on SQLite, with every task traced (the dispatcher's `send` and `wait`, the " +
          "worker's `process` and `settle`, over OTLP to a collector that takes all) and without.",
        figures: figuresOf(contenders, measured),
        ratios: [
          ratioOf(measured, {
            label: "traced : not traced",
            of: "traced",
            to: "plain",
            what: "perSecond",
            target: least(0.75),
          }),
        ],
        plots: [],
      };
    } finally {
      await traced.stop();
      await collector.stop();
    }
  },
};
