import { IN_FLIGHT } from "../beds/baton-bed.ts";
import { type Bed, newQueue } from "../beds/bed.ts";
import { type EchoBed, startEcho } from "../beds/echo-bed.ts";
import {
  type Contender,
  figuresOf,
  interleaved,
  least,
  ratioOf,
  timed,
} from "../measuring/measure.ts";
import { PAYLOAD_BYTES, type Question } from "../question.ts";

/** What does a unary call a task cost, beside what grpc-js itself takes? */
export const submitUnary: Question = {
  name: "submit-unary",
  isQuick: true,
  async ask(beds, effort) {
    const { tasks } = effort;
    const count = Math.ceil(tasks / 4);
    const echo: EchoBed = await startEcho();
    const submit = (key: string, bed: Bed): Contender => ({
      key,
      label: `${bed.name}, Submit`,
      run: () => {
        const load = { queues: [newQueue()], count, payloadBytes: PAYLOAD_BYTES };
        return timed(bed, count, () => bed.submit("unary", load));
      },
    });
    const contenders: Contender[] = [
      submit("redis", await beds.redis()),
      {
        key: "echo",
        label: "grpc-js alone, an echo",
        run: () => timed(echo, count, () => echo.echo(count, PAYLOAD_BYTES, IN_FLIGHT)),
      },
      submit("sqlite", await beds.sqlite()),
    ];
    try {
      const measured = await interleaved(contenders, effort);
      return {
        name: "submit-unary",
        title: "Submit, unary",
        method: `One call a task from one client, ${IN_FLIGHT} under way, against a service that echoes the payload.`,
        figures: figuresOf(contenders, measured),
        ratios: [
          ratioOf(measured, {
            label: "Submit : echo",
            of: "redis",
            to: "echo",
            what: "perSecond",
            target: least(0.8),
          }),
        ],
        plots: [],
      };
    } finally {
      await echo.stop();
    }
  },
};
