import assert from "node:assert/strict";
import fc from "fast-check";
import {
  fingerprintOf,
  isName,
  isOvertaken,
  isSessionKey,
  isTaskId,
  joinTaskId,
  madeAtMs,
  newSessionKey,
  newStreamId,
  newTaskId,
  QueueCursor,
  type QueueName,
  queueOfTask,
  type StreamId,
  sessionIdOf,
  spellTaskId,
  type TaskType,
  taskIdOfRequest,
  uniqueOfTask,
} from "../../server/src/domain/ids.ts";
import { OwnIds } from "../../worker-sdk/src/client/submitting/own-ids.ts";

const AT_MS = Date.UTC(2026, 10, 29);
const names = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/) as fc.Arbitrary<QueueName>;

// Any text at all, lone surrogates included, with what separates an id's parts more often than by chance.
const garbage = fc
  .array(fc.oneof(fc.nat({ max: 0xffff }), fc.constantFrom(0x7e, 0x41)), { maxLength: 40 })
  .map((codes) => String.fromCharCode(...codes));

describe("Names", () => {
  it("are 1 to 128 letters, digits, dots, dashes and underscores that begin with one of the first", () => {
    for (const name of ["a", "Z9", "a.b-c_d", "0", "x".repeat(128)]) {
      assert.ok(isName(name), name);
    }
    const others = [
      "",
      ".a",
      "-a",
      "_a",
      "a b",
      "a\n",
      "\na",
      "a~b",
      "{a}",
      "a:b",
      "ä",
      "@a",
      "a/b",
    ];
    for (const text of [...others, "x".repeat(129), "\ud83d", "a\0"]) {
      assert.ok(!isName(text), JSON.stringify(text));
    }
  });
});

describe("Task ids", () => {
  it("name their queue and come apart into what they were made of", () => {
    fc.assert(
      fc.property(names, fc.string(), (queue, requestId) => {
        for (const id of [newTaskId(queue, Date.now()), taskIdOfRequest(queue, requestId)]) {
          assert.equal(queueOfTask(id), queue);
          assert.match(uniqueOfTask(id), /^[A-Za-z0-9_-]{16}$/);
          assert.equal(joinTaskId(queueOfTask(id), uniqueOfTask(id)), id);
          assert.ok(isTaskId(id), id);
        }
      }),
    );
  });

  it("are spelled from bytes as base64url", () => {
    const bytes = fc.uint8Array({ minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(names, bytes, fc.nat({ max: 5 }), (queue, unique, from) => {
        const among = Buffer.concat([Buffer.alloc(from), unique, Buffer.alloc(2)]);
        const id = `${queue}~${Buffer.from(unique).toString("base64url")}`;
        assert.equal(spellTaskId(queue, among, from), id);
      }),
    );
  });

  it("are new each time", () => {
    const ids = new Set(
      Array.from({ length: 140_000 }, () => newTaskId("q" as QueueName, Date.now())),
    );
    assert.equal(ids.size, 140_000);
  });

  it("are new where the clock stands still, and where it goes back and comes again", () => {
    const times = [0, 1, 2, 0, 1, 2].map((ms) => AT_MS + ms);
    const ids = times.flatMap((ms) =>
      Array.from({ length: 30_000 }, () => newTaskId("q" as QueueName, ms)),
    );
    assert.equal(new Set(ids).size, 180_000);
  });

  it("say when they were made, also those that a client makes", () => {
    const times = fc.nat({ max: 2 ** 41 - 1 }).map((ms) => Date.UTC(2026, 0, 1) + ms);
    fc.assert(
      fc.property(names, times, (queue, ms) => {
        const own = new OwnIds().next(ms);
        const ofOwn = taskIdOfRequest(queue, own);
        assert.deepEqual([newTaskId(queue, ms), ofOwn].map(madeAtMs), [ms, ms]);
        assert.ok(isTaskId(ofOwn) && queueOfTask(ofOwn) === queue);
        assert.equal(uniqueOfTask(ofOwn), own.slice(1));
      }),
    );
    for (const wrong of [-1e15, -1, 1e15]) {
      assert.ok(isTaskId(newTaskId("q" as QueueName, wrong)));
      assert.match(new OwnIds().next(wrong), /^~[A-Za-z0-9_-]{16}$/);
    }
  });

  it("say nothing of when where they are derived, but for one of 128", () => {
    const ids = Array.from({ length: 20_000 }, (_, at) =>
      taskIdOfRequest("q" as QueueName, `order-${at}`),
    );
    const telling = ids.filter((id) => madeAtMs(id) !== null).length;
    assert.ok(telling < 20_000 / 64, `${telling} of them`);
    const unmarked = `~${"A".repeat(16)}`;
    assert.notEqual(uniqueOfTask(taskIdOfRequest("q" as QueueName, unmarked)), unmarked.slice(1));
  });

  it("are made by a client without a repeat", () => {
    const ids = new OwnIds();
    const times = [0, 1, 0].map((ms) => AT_MS + ms);
    const made = times.flatMap((ms) => Array.from({ length: 70_000 }, () => ids.next(ms)));
    assert.equal(new Set(made).size, 210_000);
  });

  it("lie side by side when they are made one after the other", () => {
    const ids = Array.from({ length: 70_000 }, () => newTaskId("q" as QueueName, AT_MS));
    const neighbourhoods = new Set(ids.map((id) => uniqueOfTask(id).slice(0, 8)));
    assert.ok(neighbourhoods.size <= 3, `${neighbourhoods.size} of them`);
  });

  it("are the same for the same request of the same queue, and no other (G2)", () => {
    fc.assert(
      fc.property(names, names, fc.string(), fc.string(), (queue, other, request, another) => {
        const id = taskIdOfRequest(queue, request);
        assert.equal(taskIdOfRequest(queue, request), id);
        assert.equal(taskIdOfRequest(queue, another) === id, another === request);
        assert.equal(taskIdOfRequest(other, request) === id, other === queue);
      }),
    );
  });

  it("are told from whatever else a caller may send", () => {
    const unique = "AAAAAAAAAAAAAAAA";
    const malformed = [
      "",
      "~",
      unique,
      `~${unique}`,
      `queue~${unique}A`,
      `queue~${unique.slice(1)}`,
      `queue~${unique.slice(1)}=`,
      `queue~${unique}\n`,
      `two~parts~${unique}`,
      `-queue~${unique}`,
      `${"q".repeat(129)}~${unique}`,
      `\ud83d~${unique}`,
    ];
    for (const text of malformed) {
      assert.ok(!isTaskId(text), JSON.stringify(text));
    }
    fc.assert(
      fc.property(garbage, (text) => {
        const isWhole =
          isTaskId(text) && joinTaskId(queueOfTask(text), uniqueOfTask(text)) === text;
        assert.ok(isWhole || !isTaskId(text), JSON.stringify(text));
      }),
    );
  });
});

describe("A cursor over task ids", () => {
  it("tells the queue of each, also where one queue's name begins with another's", () => {
    const queues = fc.array(fc.oneof(names, fc.constantFrom("a", "ab", "a.b") as typeof names));
    fc.assert(
      fc.property(queues, (list) => {
        const cursor = new QueueCursor();
        for (const queue of list) {
          assert.equal(cursor.of(newTaskId(queue, Date.now())), queue);
        }
      }),
    );
  });
});

describe("Fingerprints", () => {
  const types = names as fc.Arbitrary<string> as fc.Arbitrary<TaskType>;
  const payloads = fc.uint8Array({ maxLength: 20 });

  it("are the same for the same type and payload, and no other (G2)", () => {
    fc.assert(
      fc.property(types, types, payloads, payloads, (type, another, payload, other) => {
        const fingerprint = fingerprintOf(type, payload);
        assert.equal(fingerprintOf(type, Buffer.from(payload)), fingerprint);
        const isSame = type === another && Buffer.from(payload).equals(other);
        assert.equal(fingerprintOf(another, other) === fingerprint, isSame);
      }),
    );
  });

  it("cannot be moved between type and payload", () => {
    const [short, long] = ["a", "a~b"] as TaskType[];
    assert.ok(short && long && !isName(long));
    assert.notEqual(
      fingerprintOf(short, Buffer.from("b")),
      fingerprintOf(short, Buffer.from("~b")),
    );
  });
});

describe("Session keys and stream ids", () => {
  it("are long, fit for a header, and new each time", () => {
    const sessions = new Set(Array.from({ length: 1_000 }, () => newSessionKey()));
    const streams = new Set(Array.from({ length: 1_000 }, () => newStreamId()));
    assert.deepEqual([sessions.size, streams.size], [1_000, 1_000]);
    assert.ok([...sessions].every((key) => /^[A-Za-z0-9_-]{24}$/.test(key) && isSessionKey(key)));
    assert.ok([...streams].every((id) => /^[A-Za-z0-9_-]{12,}$/.test(id)));
  });

  it("give a session an id that does not give its key away", () => {
    const key = newSessionKey();
    const id = sessionIdOf(key);
    assert.match(id, /^[A-Za-z0-9_-]{16}$/);
    assert.equal(sessionIdOf(key), id);
    assert.notEqual(sessionIdOf(newSessionKey()), id);
    // What a log shows is no key, and were it taken for one, it would be another session's.
    assert.ok(!isSessionKey(id) && !key.includes(id));
    assert.ok(!isSessionKey(`${key}=`) && !isSessionKey(""));
  });

  it("tell a stream that comes too late by its number", () => {
    const isLate = (number: number, present: number) =>
      isOvertaken(newStreamId(number), newStreamId(present));
    assert.deepEqual(
      [isLate(1, 2), isLate(2, 2), isLate(9, 10), isLate(2 ** 31, 2 ** 32 - 1)],
      [true, true, true, true],
    );
    assert.deepEqual(
      [isLate(2, 1), isLate(10, 9), isLate(2 ** 32 - 1, 2 ** 31)],
      [false, false, false],
    );
  });

  it("let a stream without a number come at any time, and none be late for its own", () => {
    const [unnumbered, ofAnOlderBaton] = [newStreamId(), "1234567-9abc" as StreamId];
    const numbered = newStreamId(7);
    for (const other of [unnumbered, ofAnOlderBaton]) {
      assert.ok(!isOvertaken(other, numbered));
      assert.ok(!isOvertaken(numbered, other));
    }
    assert.ok(!isOvertaken(numbered, numbered));
  });
});
