import assert from "node:assert/strict";
import { EventPorts } from "./event-ports.ts";

const MINIMAL = { specversion: "1.0", id: "1", source: "/s", type: "t" };
const HEADERS = { "ce-specversion": "1.0", "ce-id": "1", "ce-source": "/s", "ce-type": "t" };
const JSON_TYPE = { "content-type": "application/json" };

interface Failure {
  readonly reason?: string;
  readonly message: string;
  readonly fields?: readonly { readonly field: string }[];
}

describe("Events that others refuse or twist", () => {
  let ports: EventPorts;

  beforeEach(async () => {
    ports = new EventPorts();
    await ports.start();
  });
  afterEach(() => ports?.stop());

  const task = async () => (await ports.tasks()).get("/s");
  const headersOfTask = async () => (await task())?.headers ?? {};

  it("are taken with long names, a subject of 1,024 bytes and 20 extensions of 1,000", async () => {
    const names = Array.from({ length: 20 }, (_, n) => `comexampleextensionnumber${n}`);
    const value = "ä".repeat(500);
    const extensions = names.map((name) => [`ce-${name}`, encodeURIComponent(value)]);
    const { status } = await ports.post("x", {
      ...HEADERS,
      ...Object.fromEntries(extensions),
      "ce-subject": "s".repeat(1_024),
      [`ce-${"n".repeat(60)}`]: "v",
    });
    assert.equal(status, 200);
    const headers = await headersOfTask();
    assert.equal(headers["ce-subject"]?.length, 1_024);
    assert.ok(names.every((name) => headers[`ce-${name}`] === value));
  });

  for (const [what, extra] of [
    ["a longer subject", { "ce-subject": "s".repeat(1_026) }],
    ["a longer name", { [`ce-${"n".repeat(61)}`]: "v" }],
    ["a longer value", { "ce-tenant": "v".repeat(1_026) }],
  ] as const) {
    it(`are refused with ${what}, by name`, async () => {
      const { status, body } = await ports.post("x", { ...HEADERS, ...extra });
      const { reason, fields } = body.error as Failure;
      assert.deepEqual([status, reason, fields?.length], [400, "INVALID_FIELD", 1]);
    });
  }

  it("are refused with 431 where their headers pass 64 KiB", async () => {
    const extra = { "x-other": "v".repeat(64 * 1024) };
    assert.equal((await ports.post("x", { ...HEADERS, ...extra })).status, 431);
  });

  it("come again after a hop stamped them or added a charset", async () => {
    await ports.post("{}", { ...HEADERS, ...JSON_TYPE });
    const { status, body } = await ports.post("{}", {
      ...HEADERS,
      "content-type": "application/json; charset=utf-8",
      "ce-knativearrivaltime": "2026-01-02T03:04:05Z",
    });
    assert.deepEqual([status, body.deduplicated], [200, true]);
    assert.deepEqual(await task(), {
      headers: { "ce-specversion": "1.0", "ce-id": "1", "ce-type": "t" },
      contentType: "application/json",
      data: "{}",
    });
  });

  for (const [what, body, data] of [
    ["no data", "", ""],
    ["a byte order mark", '\ufeff{"a":1}', '{"a":1}'],
    ["nothing but a byte order mark", "\ufeff", ""],
  ] as const) {
    it(`are taken with JSON that is ${what}`, async () => {
      assert.equal((await ports.post(body, { ...HEADERS, ...JSON_TYPE })).status, 200);
      assert.deepEqual(
        [(await task())?.data, (await task())?.contentType],
        [data, "application/json"],
      );
    });
  }

  for (const [what, send, field] of [
    ["JSON in UTF-16", utf16("{}"), "event.data"],
    ["JSON in UTF-16 with a mark", utf16("\ufeff{}"), "event.data"],
    ["JSON in Latin-1", binary(Buffer.from([0x22, 0xe4, 0x22]), JSON_TYPE), "event.data"],
    ["a header that is no UTF-8", binary("", { "ce-subject": "Gr\u00fc\u00dfe" }), "event.subject"],
    ["a malformed encoding", binary("", { "ce-xyz": "%C0%A0" }), 'event.extensions["xyz"]'],
    ["a header that comes twice", binary("", { "ce-id": ["1", "2"] }), "event.id"],
    ["data twice", structured({ data: 1, data_base64: "AA==" }), "event.data"],
    ["no base64", structured({ data_base64: "?" }), "event.data_base64"],
    ["a lone surrogate", structured({ datacontenttype: "a/b", data: "\ud800" }), "event.data"],
    ["another version", structured({ specversion: "0.3" }), "event.specversion"],
    ["the 30th of February", structured({ time: "2026-02-30T00:00:00Z" }), "event.time"],
    ["an attribute that is no text", structured({ abc: {} }), 'event.extensions["abc"]'],
    ["an attribute that comes twice", twice(), "event.subject"],
  ] as const) {
    it(`are refused with ${what}, by name`, async () => {
      const { status, body } = await send(ports);
      const { reason, fields } = body.error as Failure;
      assert.deepEqual(
        [status, reason, fields?.map((each) => each.field)],
        [400, "INVALID_FIELD", [field]],
      );
    });
  }

  it("are refused where the version is missing, in these words", async () => {
    const { body } = await structured({ specversion: "" })(ports);
    assert.match(JSON.stringify(body), /event\.specversion: is missing|"is missing"/);
  });

  it("keep what was not percent-encoded, and take a leap second", async () => {
    const subject = Buffer.from("Grüße € 😀").toString("latin1");
    const extra = { "ce-subject": subject, "ce-time": "2016-12-31T23:59:60Z" };
    assert.equal((await ports.post("", { ...HEADERS, ...extra })).status, 200);
    const headers = await headersOfTask();
    assert.equal(headers["ce-subject"], "Grüße € 😀");
    assert.equal(headers["ce-time"], "2017-01-01T00:00:00.000Z");
  });

  it("take null for what is not there", async () => {
    const { status } = await ports.structured({
      ...MINIMAL,
      subject: null,
      data: null,
      data_base64: "aGk=",
      datacontenttype: "text/plain",
    });
    assert.equal(status, 200);
    assert.equal((await task())?.data, "hi");
  });

  it("are refused one by one in a batch, whatever is wrong with them", async () => {
    const wrong: readonly (readonly [unknown, string])[] = [
      [7, "events[1]"],
      [{ ...MINIMAL, specversion: "0.3" }, "events[2].specversion"],
      [{ ...MINIMAL, time: "yesterday" }, "events[3].time"],
      [{ ...MINIMAL, data_base64: "?" }, "events[4].data_base64"],
      [{ ...MINIMAL, tenant: [] }, 'events[5].extensions["tenant"]'],
      [{ ...MINIMAL, id: "" }, "events[6].id"],
      [manyAttributes(), "events[7]"],
      [{ ...MINIMAL, data: 1, data_base64: "AA==" }, "events[8].data"],
    ];
    const good = { ...MINIMAL, source: "/last" };
    const { status, body } = await ports.batch([MINIMAL, ...wrong.map(([event]) => event), good]);
    assert.equal(status, 400);
    const results = body.results as readonly { error?: Failure }[];
    assert.deepEqual(
      results.map(({ error }) => error?.fields?.map(({ field }) => field).join() ?? "stored"),
      ["stored", ...wrong.map(([, field]) => field), "stored"],
    );
    assert.deepEqual([...(await ports.tasks()).keys()].sort(), ["/last", "/s"]);
  });

  it("are refused together where the batch is no JSON", async () => {
    const headers = { "content-type": "application/cloudevents-batch+json" };
    const { status } = await ports.post(`[${JSON.stringify(MINIMAL)},{]`, headers);
    assert.equal(status, 400);
    assert.equal((await ports.tasks()).size, 0);
  });

  it("are refused together where the batch is nested too deep, or in UTF-16, with the reason", async () => {
    const headers = { "content-type": "application/cloudevents-batch+json" };
    const deep = `[${"[".repeat(1_026)}${"]".repeat(1_026)}]`;
    const wide = Buffer.from(JSON.stringify([MINIMAL]), "utf16le");
    for (const [body, message] of [
      [deep, "the body is nested deeper than 1024 arrays and objects"],
      [wide, "the body is not JSON in UTF-8"],
    ] as const) {
      const answer = await ports.post(body, headers);
      assert.deepEqual(answer, { status: 400, body: { error: { message } } });
    }
  });
});

function binary(body: string | Buffer, extra: Record<string, string | string[]>) {
  return (ports: EventPorts) => ports.post(body, { ...HEADERS, ...extra });
}

function utf16(text: string) {
  return binary(Buffer.from(text, "utf16le"), JSON_TYPE);
}

function structured(extra: object) {
  return (ports: EventPorts) => ports.structured({ ...MINIMAL, ...extra });
}

function twice() {
  const event = `${JSON.stringify(MINIMAL).slice(0, -1)},"subject":"a","subject":"b"}`;
  return (ports: EventPorts) => ports.structured(event);
}

function manyAttributes(): object {
  const extra = Array.from({ length: 70 }, (_, n) => [`x${n}`, "v"]);
  return { ...MINIMAL, ...Object.fromEntries(extra) };
}
