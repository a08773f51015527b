import assert from "node:assert/strict";
import { StoreError } from "../../server/src/store/store.ts";
import { loggableError } from "../../server/src/telemetry/logs/loggable-error.ts";

const CANARY = "c4n4ry";

describe("a logged error", () => {
  it("has type, message, stack, kind and causes, and nothing else", () => {
    const reply = Object.assign(new Error("WRONGPASS invalid password"), {
      code: "ERR",
      command: { name: "auth", args: [CANARY] },
    });
    const logged = loggableError(new StoreError("unknown", "the store failed", reply));
    assert.equal(logged.type, "StoreError");
    assert.equal(logged.kind, "unknown");
    assert.match(logged.stack ?? "", /loggable-error\.test/);
    assert.equal(logged.cause?.message, "WRONGPASS invalid password");
    assert.equal(logged.cause?.code, "ERR");
    assert.ok(!JSON.stringify(logged).includes(CANARY));
  });

  it("has no stack where the store is away or full: the message says all", () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED"), { syscall: "connect" });
    const errors = [
      refused,
      new StoreError("unavailable", "away", refused),
      new StoreError("full", "no room", new Error("SQLITE_FULL")),
    ];
    for (const error of errors) {
      const text = JSON.stringify(loggableError(error));
      assert.ok(text.includes(error.message) && !text.includes("stack"), text);
    }
  });

  it("does not quote what could not be parsed", () => {
    let thrown: unknown;
    try {
      JSON.parse(CANARY);
    } catch (error) {
      thrown = error;
    }
    const logged = loggableError(thrown);
    assert.ok(!JSON.stringify(logged).includes("c4n"), logged.stack);
    assert.match(logged.stack ?? "", /^ {4}at /);
  });

  it("does not repeat the arguments of a command that Redis refused", () => {
    const reply = new Error(
      `ERR unknown command 'HELLO', with args beginning with: 'AUTH' '${CANARY}'`,
    );
    reply.name = "ReplyError";
    const logged = loggableError(reply);
    assert.equal(logged.message, "ERR unknown command");
    assert.ok(!JSON.stringify(logged).includes(CANARY), logged.stack);
  });

  it("ends where causes go round in a circle, and takes what is no error", () => {
    const error = new Error("first");
    error.cause = new Error("second", { cause: error });
    assert.equal(loggableError(error).cause?.cause?.message, "first");
    assert.ok(!JSON.stringify(loggableError(CANARY)).includes(CANARY));
  });
});
