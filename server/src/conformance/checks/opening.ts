import { status } from "@grpc/grpc-js";
import type { Check } from "../check.ts";
import { expect } from "../observation.ts";
import { concurrency } from "../scene.ts";

const rounds = 20;

/** What a worker does when it comes, and with the credit that it gives. */
export const openingChecks: readonly Check[] = [
  {
    id: "hello",
    level: "MUST",
    title: "the first frame is a well-formed Hello, and no later one is",
    async run(scene) {
      const stream = await scene.firstStream();
      for (const payload of ["first", "second"]) {
        const [lease] = await stream.grant([{ type: "echo", payload }]);
        await scene.settled(lease);
      }
      return `worker_id ${stream.hello?.workerId}, sdk ${stream.hello?.sdk || "not said"}`;
    },
  },
  {
    id: "credit",
    level: "MUST",
    title: "credit stays in its bounds and comes back after each task",
    async run(scene) {
      const stream = await scene.firstStream();
      for (let round = 0; round < rounds; round += 1) {
        const [lease] = await stream.grant([{ type: "echo", payload: `round ${round}` }]);
        await scene.settled(lease);
      }
      return `credit of ${stream.creditReceived} in all for ${rounds} tasks`;
    },
  },
  {
    id: "credit-fits",
    level: "SHOULD",
    title: "open credit is what the worker could start at once, no more",
    async run(scene) {
      const stream = await scene.firstStream();
      await stream.credited(concurrency);
      await scene.observation.pass(scene.terms.heartbeatMs);
      const idle = stream.openCredit;
      expect(idle === concurrency, `open credit of ${idle} with BATON_CONCURRENCY=${concurrency}`);
      await stream.grant(Array(concurrency).fill({ type: "sleep", payload: "60000" }));
      await scene.observation.pass(2 * scene.terms.heartbeatMs);
      const full = stream.openCredit;
      expect(full === 0, `open credit of ${full} while ${concurrency} tasks run`);
      return `${concurrency} when idle, 0 when full`;
    },
  },
  {
    id: "start",
    level: "SHOULD",
    title: "each granted task is started on receipt, not one after another",
    async run(scene) {
      const stream = await scene.firstStream();
      const tasks = Array(concurrency).fill({ type: "sleep", payload: "60000" });
      const leases = await stream.grant(tasks);
      const grantedAtMs = scene.observation.now();
      for (const lease of leases) {
        await scene.started(lease);
      }
      return `${leases.length} started within ${since(grantedAtMs, scene.observation.now())} ms`;
    },
  },
  {
    id: "reconnect",
    level: "MUST",
    title: "a refused worker tries again, waiting longer each time, and never gives up",
    async run(scene) {
      const refusedForMs = 3_000;
      const mostTries = 30;
      const { dispatcher } = scene;
      await scene.firstStream();
      dispatcher.onHello = (stream) => stream.fail(status.UNAVAILABLE, "the store is away");
      dispatcher.streams[0]?.fail(status.UNAVAILABLE, "the store is away");
      await scene.observation.pass(refusedForMs);
      const tries = dispatcher.streams.length - 1;
      expect(tries <= mostTries, `${tries} streams in ${refusedForMs} ms`);
      expect(tries >= 1, `no second stream in ${refusedForMs} ms`);
      dispatcher.refuse(true);
      await scene.observation.pass(refusedForMs / 3);
      dispatcher.refuse(false);
      dispatcher.onHello = (stream) => dispatcher.greet(stream);
      const returned = await dispatcher.observation.until("Hello", 10_000, () =>
        dispatcher.streams.find((stream) => !Number.isNaN(stream.welcomedAtMs) && stream.index > 0),
      );
      const [lease] = await returned.grant([{ type: "echo", payload: "back" }]);
      await scene.settled(lease);
      return `${tries} streams in ${refusedForMs} ms, then back at work`;
    },
  },
];

function since(fromMs: number, untilMs: number): number {
  return Math.round(untilMs - fromMs);
}
