import { status } from "@grpc/grpc-js";
import type { Check } from "../check.ts";
import { expect } from "../observation.ts";
import { keyOf, type Settlement } from "../wire.ts";

const echo = { type: "echo", payload: "settle me" } as const;

/** What a worker does with the answers to its settlements, and without one. */
export const settlingChecks: readonly Check[] = [
  {
    id: "settle-resend",
    level: "MUST",
    title: "a settlement whose answer was lost is held and sent again on the next stream",
    async run(scene) {
      const { dispatcher, terms, observation } = scene;
      const stream = await scene.firstStream();
      dispatcher.answer = () => null;
      const [lease] = await stream.grant([echo]);
      const first = await scene.settled(lease);
      dispatcher.answer = () => "OK";
      stream.fail(status.UNAVAILABLE, "the answer is lost");
      const next = await dispatcher.stream(stream.index + 1);
      const held = next.hello?.held.some((ref) => keyOf(ref) === keyOf(lease.ref));
      expect(held === true, "the next Hello did not list the lease as held");
      const again = await observation.until(
        "second sending of the settlement",
        terms.patienceMs,
        () => lease.receipts[1],
      );
      expect(same(first.settlement, again.settlement), "the second settlement is another");
      await observation.pass(3 * terms.heartbeatMs);
      expect(lease.receipts.length === 2, "it was sent again after its answer");
      return `sent again ${Math.round(again.atMs - next.openedAtMs)} ms after the reconnect`;
    },
  },
  {
    id: "settle-stale",
    level: "MUST",
    title: "a settlement answered STALE is dropped",
    async run(scene) {
      const { dispatcher, terms, observation } = scene;
      const stream = await scene.firstStream();
      dispatcher.answer = () => "STALE";
      const [stale] = await stream.grant([echo]);
      await scene.settled(stale);
      await observation.pass(3 * terms.heartbeatMs);
      expect(stale.receipts.length === 1, "it was sent again");
      dispatcher.answer = () => "OK";
      const [next] = await stream.grant([echo]);
      await scene.settled(next);
      return "dropped, and the next task ran";
    },
  },
  {
    id: "settle-retry",
    level: "MUST",
    title: "a settlement answered RETRY is sent again until it is answered otherwise",
    async run(scene) {
      const { dispatcher, terms, observation } = scene;
      const stream = await scene.firstStream();
      let answered = 0;
      dispatcher.answer = () => {
        answered += 1;
        return answered <= 2 ? "RETRY" : "OK";
      };
      const [lease] = await stream.grant([echo]);
      const third = await observation.until(
        "third sending of the settlement",
        2 * terms.patienceMs,
        () => lease.receipts[2],
      );
      const [first] = lease.receipts;
      expect(
        first !== undefined && same(first.settlement, third.settlement),
        "what was sent again is another settlement",
      );
      await observation.pass(3 * terms.heartbeatMs);
      expect(lease.receipts.length === 3, "it was sent again after its answer");
      return `sent 3 times in ${Math.round(third.atMs - (first?.atMs ?? 0))} ms`;
    },
  },
  {
    id: "settle-rejected",
    level: "SHOULD",
    title: "a settlement answered REJECTED is replaced by another, such as a failure",
    async run(scene) {
      const { dispatcher, terms, observation } = scene;
      const stream = await scene.firstStream();
      dispatcher.answer = ({ outcome }) => (outcome === "complete" ? "REJECTED" : "OK");
      const [lease] = await stream.grant([echo]);
      const other = await observation.until(
        "other settlement",
        terms.patienceMs,
        () => lease.receipts[1],
      );
      expect(other.settlement.outcome !== "complete", "the same was sent again");
      return `settled with ${other.settlement.outcome} instead`;
    },
  },
];

function same(left: Settlement, right: Settlement): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
