import assert from "node:assert/strict";
import { inspect } from "node:util";
import { type Logger, silentLogger } from "@baton/worker-sdk";
import { freePort } from "../../support/grpc/loopback.ts";
import { eventually } from "../../support/time/eventually.ts";
import { Workers } from "../../support/workers.ts";

interface Line {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** Keeps the warnings. */
function listening(): { readonly lines: Line[]; readonly logger: Logger } {
  const lines: Line[] = [];
  const warn = (fields: object, message: string): void =>
    void lines.push({ fields: fields as Line["fields"], message });
  return { lines, logger: { ...silentLogger, warn } };
}

describe("A worker's log", () => {
  let workers: Workers;
  afterEach(async () => {
    await workers?.stop();
  });

  it("says in one line without a stack that no dispatcher could be reached", async () => {
    const { lines, logger } = listening();
    const address = `127.0.0.1:${await freePort()}`;
    workers = new Workers(address);
    workers.start({ logger, queues: { email: () => {} } });
    await eventually(() => assert.ok(lines.length > 1));
    for (const { fields, message } of lines) {
      assert.equal(message, "no lease stream could be opened");
      const { error, ...others } = fields;
      assert.deepEqual(others, { address, code: "UNAVAILABLE" });
      assert.match(String(error), /ECONNREFUSED/);
      assert.doesNotMatch(inspect(fields), /\n +at /);
    }
  });
});
