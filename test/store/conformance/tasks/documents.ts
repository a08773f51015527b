import assert from "node:assert/strict";
import {
  COLLECTIONS,
  type DocumentPut,
  type Documents,
} from "../../../../server/src/store/documents.ts";

/** What a store must offer so that its documents can be held to their guarantees. */
export interface DocumentsHarness {
  readonly name: string;
  start(): Promise<DocumentsUnderTest>;
  /** Ends what the harness itself started, such as a server. */
  stop?(): Promise<void>;
}

/** Documents and the means to drive what is around them. */
export interface DocumentsUnderTest {
  readonly documents: Documents;
  /** Another process's view of the same data; for a store of one process, the same view. */
  another(): Promise<Documents>;
  /** Moves the store's clock on. */
  advance(ms: number): Promise<void>;
  /** Drops every connection and opens the same data again. */
  crash(): Promise<Documents>;
  /** Every trace of documents that the data still holds, for people. */
  residue(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

const { schedules, events } = COLLECTIONS;
const MINUTE_MS = 60_000;

function put(name: string, overrides: Partial<DocumentPut> = {}): DocumentPut {
  return { name, body: Buffer.from(name), due: null, expectedVersion: 0, ...overrides };
}

/** Holds documents to every guarantee that `documents.ts` names. */
export function describeDocuments(harness: DocumentsHarness): void {
  describe(`The documents of ${harness.name}`, () => {
    let under: DocumentsUnderTest;
    beforeEach(async () => {
      under = await harness.start();
    });
    afterEach(() => under?.stop());
    after(() => harness.stop?.());

    const version = async (batch: DocumentPut): Promise<number> => {
      const [outcome] = await under.documents.put(schedules, [batch]);
      assert.ok(outcome?.kind === "ok", "the put succeeds");
      return outcome.version;
    };
    const names = async (limit = 100, hideMs = MINUTE_MS): Promise<string[]> =>
      (await under.documents.due(events, limit, hideMs)).documents.map(({ name }) => name).sort();

    it("returns what was put, also after a crash (D1)", async () => {
      const body = Buffer.from([0, 1, 255, 10, 13]);
      const first = await version(put("a", { body }));
      const [found, none] = await under.documents.get(schedules, ["a", "b"]);
      assert.deepEqual([found?.name, found?.version, none], ["a", first, null]);
      assert.deepEqual(found?.body, body);
      const [again] = await (await under.crash()).get(schedules, ["a"]);
      assert.deepEqual([again?.version, again?.body], [first, body]);
    });

    it("keeps collections apart", async () => {
      await version(put("a"));
      assert.deepEqual(await under.documents.get(events, ["a"]), [null]);
    });

    it("puts only on the version that is expected (D2)", async () => {
      const first = await version(put("a"));
      const outcomes = await under.documents.put(schedules, [
        put("a", { expectedVersion: 0 }),
        put("a", { expectedVersion: first + 1 }),
        put("b", { expectedVersion: 7 }),
        put("a", { expectedVersion: first, body: Buffer.from("new") }),
        put("a", { expectedVersion: first, body: Buffer.from("newer") }),
        put("c", { expectedVersion: null }),
      ]);
      assert.deepEqual(
        outcomes.map(({ kind }) => kind),
        ["conflict", "conflict", "conflict", "ok", "conflict", "ok"],
      );
      const [found] = await under.documents.get(schedules, ["a"]);
      assert.equal(found?.body.toString(), "new");
      assert.ok((found?.version ?? 0) > first);
    });

    it("lets one of many succeed who expect the same version (D2)", async () => {
      const first = await version(put("a"));
      const other = await under.another();
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          (index % 2 === 0 ? under.documents : other).put(schedules, [
            put("a", { expectedVersion: first }),
          ]),
        ),
      );
      assert.equal(outcomes.flat().filter(({ kind }) => kind === "ok").length, 1);
    });

    it("never gives a name the same version twice (D3)", async () => {
      const seen = [await version(put("a"))];
      seen.push(await version(put("a", { expectedVersion: null })));
      seen.push(await version(put("a", { expectedVersion: seen[1] ?? 0 })));
      await under.documents.remove(schedules, [{ name: "a", expectedVersion: null }]);
      await under.advance(1);
      seen.push(await version(put("a")));
      assert.deepEqual(
        seen,
        [...new Set(seen)].sort((a, b) => a - b),
      );
    });

    it("removes what has the version that is expected", async () => {
      const first = await version(put("a"));
      await version(put("b"));
      const removed = await under.documents.remove(schedules, [
        { name: "a", expectedVersion: first + 1 },
        { name: "a", expectedVersion: first },
        { name: "a", expectedVersion: first },
        { name: "b", expectedVersion: null },
        { name: "none", expectedVersion: null },
      ]);
      assert.deepEqual(removed, [false, true, false, true, false]);
      assert.deepEqual(await under.documents.get(schedules, ["a", "b"]), [null, null]);
    });

    it("lists by name, page by page", async () => {
      const all = ["B", "a", "a.b", "a0", "b", "c-1", "c_1"].sort();
      await under.documents.put(
        schedules,
        [...all].reverse().map((name) => put(name)),
      );
      const first = await under.documents.list(schedules, null, 3);
      const second = await under.documents.list(schedules, first.at(-1)?.name ?? "", 100);
      assert.deepEqual(
        [...first, ...second].map(({ name, body }) => [name, body.toString()]),
        all.map((name) => [name, name]),
      );
      assert.deepEqual(await under.documents.list(schedules, "c_1", 10), []);
    });

    it("lists few where they are large, and every one in the end", async () => {
      const names = Array.from({ length: 24 }, (_, n) => `large${String(n).padStart(2, "0")}`);
      const body = Buffer.alloc(1024 * 1024);
      for (const name of names) {
        await under.documents.put(schedules, [{ ...put(name), body }]);
      }
      const listed: string[] = [];
      const sizes: number[] = [];
      for (;;) {
        const page = await under.documents.list(schedules, listed.at(-1) ?? null, 1_000);
        if (page.length === 0) {
          break;
        }
        sizes.push(page.length);
        listed.push(...page.map(({ name }) => name));
      }
      assert.deepEqual(listed, names);
      assert.ok(Math.max(...sizes) < names.length, `${sizes}`);
    });

    it("names what is due, and hides it for a while (D4)", async () => {
      const nowMs = await under.documents.nowMs();
      await under.documents.put(events, [
        put("now", { due: { kind: "now" } }),
        put("past", { due: { kind: "at", atMs: nowMs - MINUTE_MS } }),
        put("after", { due: { kind: "after", delayMs: 10 * MINUTE_MS } }),
        put("at", { due: { kind: "at", atMs: nowMs + 10 * MINUTE_MS } }),
        put("never"),
      ]);
      assert.deepEqual(await names(), ["now", "past"]);
      assert.deepEqual(await names(), []);
      await under.advance(2 * MINUTE_MS);
      assert.deepEqual(await names(), ["now", "past"]);
      await under.advance(9 * MINUTE_MS);
      assert.deepEqual(await names(), ["after", "at", "now", "past"]);
    });

    it("names no longer what was put for later, or removed (D4)", async () => {
      const due = { kind: "now" } as const;
      await under.documents.put(events, [put("a", { due }), put("b", { due }), put("c", { due })]);
      assert.deepEqual(await names(), ["a", "b", "c"]);
      const later = {
        due: { kind: "after", delayMs: 5 * MINUTE_MS },
        expectedVersion: null,
      } as const;
      await under.documents.put(events, [
        put("a", later),
        put("b", { due: null, expectedVersion: null }),
      ]);
      await under.documents.remove(events, [{ name: "c", expectedVersion: null }]);
      await under.advance(2 * MINUTE_MS);
      assert.deepEqual(await names(), []);
      await under.advance(4 * MINUTE_MS);
      assert.deepEqual(await names(), ["a"]);
    });

    it("can still put on the version that a hidden document had", async () => {
      const due = { kind: "now" } as const;
      await under.documents.put(events, [put("a", { due })]);
      const { documents } = await under.documents.due(events, 1, MINUTE_MS);
      const expectedVersion = documents[0]?.version ?? null;
      const [outcome] = await under.documents.put(events, [put("a", { expectedVersion })]);
      assert.equal(outcome?.kind, "ok");
    });

    it("gives each that is due to one of many who ask at once (D4)", async () => {
      const due = { kind: "now" } as const;
      const all = Array.from({ length: 200 }, (_, index) => put(`e${index}`, { due }));
      await under.documents.put(events, all);
      const other = await under.another();
      const found = await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          (index % 2 === 0 ? under.documents : other).due(events, 10, MINUTE_MS),
        ),
      );
      const given = found.flatMap(({ documents }) => documents.map(({ name }) => name));
      assert.equal(new Set(given).size, given.length);
      const rest = await names(1_000);
      assert.equal(given.length + rest.length, 200);
    });

    it("returns fewer that are due where they are large, and the rest after them", async () => {
      const body = Buffer.alloc(1024 * 1024, "x");
      const due = { kind: "now" } as const;
      for (let index = 0; index < 60; index++) {
        await under.documents.put(schedules, [put(`s${index}`, { body, due })]);
      }
      const first = await under.documents.due(schedules, 1_000, MINUTE_MS);
      assert.ok(first.documents.length > 0 && first.documents.length < 60);
      assert.equal(first.nextInMs, 0);
      let found = first.documents.length;
      for (let page = 0; page < 10 && found < 60; page++) {
        found += (await under.documents.due(schedules, 1_000, MINUTE_MS)).documents.length;
      }
      assert.equal(found, 60);
    });

    it("says how long it is until something is due", async () => {
      const { documents } = under;
      assert.equal((await documents.due(events, 10, MINUTE_MS)).nextInMs, null);
      await documents.put(events, [put("a", { due: { kind: "after", delayMs: 5 * MINUTE_MS } })]);
      const { nextInMs } = await documents.due(events, 10, MINUTE_MS);
      assert.ok(nextInMs !== null && Math.abs(nextInMs - 5 * MINUTE_MS) < 5_000);
      const due = { kind: "now" } as const;
      await documents.put(
        events,
        Array.from({ length: 100 }, (_, index) => put(`e${index}`, { due })),
      );
      assert.equal((await documents.due(events, 1, MINUTE_MS)).nextInMs, 0);
    });

    it("leaves nothing behind of what was removed", async () => {
      await under.documents.put(schedules, [put("a", { due: { kind: "now" } }), put("b")]);
      await under.documents.remove(schedules, [
        { name: "a", expectedVersion: null },
        { name: "b", expectedVersion: null },
      ]);
      assert.deepEqual(await under.residue(), []);
    });
  });
}
