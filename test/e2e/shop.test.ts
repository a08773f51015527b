import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { NODE_FLAGS } from "../support/processes/node-flags.ts";
import { PATIENCE_MS, patiently } from "../support/time/patience.ts";

const run = promisify(execFile);
const MAIN = join(import.meta.dirname, "../../demo/main.ts");

describe("The shop", () => {
  for (const [store, flags] of [
    ["SQLite", []],
    ["Redis", ["--redis"]],
  ] as const) {
    it(`balances its books on ${store} although a service and a dispatcher are killed`, async () => {
      const args = [
        ...NODE_FLAGS,
        MAIN,
        "--scenario",
        "shop",
        "--payments",
        "60",
        "--json",
        ...flags,
      ];
      const { stdout } = await patiently(() =>
        run(process.execPath, args, { timeout: 2 * PATIENCE_MS }),
      );
      const figures = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
      assert.match(stdout, /killing the stock service/);
      assert.match(stdout, /killing a dispatcher/);
      assert.deepEqual(
        [figures.payments, figures.points, figures.stock, figures.differences],
        [60, 60, 60, 0],
      );
      assert.equal(figures.shards, 3 * figures.ticks);
      assert.ok(figures.ticks > 0);
    });
  }
});
