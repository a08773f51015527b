import assert from "node:assert/strict";
import { runAttack, titleOf } from "./support/attack-run.ts";

const FOR_MS = 1_500;
const PEERS = 6;
const LIMIT_MIB = 512;
/** Those that hold most; `npm run attack -- --peers 6 --limit 512` makes all. */
const NAMES = ["unread-answers", "half-messages", "http-bodies", "unread-streams"];

describe("A dispatcher of 512 MiB survives", function () {
  this.timeout(90_000);

  for (const name of NAMES) {
    it(`an attack from six addresses: ${name}`, async () => {
      const plan = { name, peers: PEERS, forMs: FOR_MS, limitMiB: LIMIT_MIB };
      const { survived, peakMiB } = await runAttack(plan);
      assert.ok(survived, `${await titleOf(name)}: it took ${peakMiB} MiB`);
    });
  }
});
