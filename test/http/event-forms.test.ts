import assert from "node:assert/strict";
import fc from "fast-check";
import { type Answer, EventPorts } from "./event-ports.ts";

interface Sample {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly seconds: number;
  /** Of the second, nine digits. */
  readonly nanos: number;
  readonly contentType: string;
  readonly data: Buffer;
  readonly extensions: Readonly<Record<string, string>>;
}

const TEXT_TYPE = "text/plain; charset=utf-8";
const BYTE_TYPES = ["", "application/octet-stream"];
const NOT_IN_TEXT = /\p{Cc}|\ufffd/u;

const text = fc.string({ unit: "grapheme", maxLength: 40 }).filter((each) => {
  return each.isWellFormed() && !NOT_IN_TEXT.test(each);
});
const json = fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value)));
const content = fc.oneof(
  fc.record({ contentType: fc.constantFrom("application/json", "a/b+json; c=d"), data: json }),
  fc.record({
    contentType: fc.constant("application/json"),
    data: json.map((bytes) => Buffer.concat([Buffer.from("\ufeff"), bytes])),
  }),
  fc.record({ contentType: fc.constant("application/json"), data: fc.constant(Buffer.alloc(0)) }),
  fc.record({ contentType: fc.constant(TEXT_TYPE), data: text.map((each) => Buffer.from(each)) }),
  fc.record({
    contentType: fc.constantFrom(...BYTE_TYPES),
    data: fc.uint8Array({ minLength: 1 }).map((bytes) => Buffer.from(bytes)),
  }),
);
const sample: fc.Arbitrary<Sample> = fc
  .record({
    id: fc.uuid(),
    type: text.map((each) => `t${each}`),
    subject: text.filter((each) => each.trim() === each),
    seconds: fc.integer({ min: -62_135_596_800, max: 253_402_300_799 }),
    nanos: fc.integer({ min: 0, max: 999_999_999 }),
    extensions: fc.dictionary(fc.stringMatching(/^x[a-z0-9]{1,30}$/), text, { maxKeys: 5 }),
    content,
  })
  .map(({ content: { contentType, data }, ...rest }) => ({ ...rest, contentType, data }));

function timeOf({ seconds, nanos }: Sample): string {
  const second = new Date(seconds * 1_000).toISOString().slice(0, 19);
  return `${second}.${String(nanos).padStart(9, "0")}Z`;
}

function attributesOf(event: Sample, source: string): Record<string, string> {
  const { id, type, subject, extensions } = event;
  const time = timeOf(event);
  return { specversion: "1.0", id, source, type, ...(subject && { subject }), time, ...extensions };
}

function binary(event: Sample, source: string, encode: (value: string) => string) {
  const attributes = Object.entries(attributesOf(event, source));
  const headers = attributes.map(([name, value]) => [`ce-${name}`, encode(value)]);
  const type = event.contentType && { "content-type": event.contentType };
  return { body: event.data, headers: { ...Object.fromEntries(headers), ...type } };
}

function structured(event: Sample, source: string): string {
  const { contentType, data } = event;
  const type = contentType && { datacontenttype: contentType };
  const head = JSON.stringify({ ...attributesOf(event, source), ...type }).slice(0, -1);
  if (data.length === 0) {
    return `${head}}`;
  }
  const isMarked = data.subarray(0, 3).toString() === "\ufeff";
  if (BYTE_TYPES.includes(contentType) || isMarked) {
    return `${head},"data_base64":${JSON.stringify(data.toString("base64"))}}`;
  }
  const written = contentType === TEXT_TYPE ? JSON.stringify(data.toString()) : data.toString();
  return `${head},"data":${written}}`;
}

/** As the HTTP binding asks. */
function percentEncoded(value: string): string {
  return encodeURIComponent(value);
}

/** As senders do who leave it away: UTF-8, a character a byte. */
function rawUtf8(value: string): string {
  const text = value.replace(/[% "]/g, (each) => encodeURIComponent(each));
  return Buffer.from(text).toString("latin1");
}

describe("An event in each of its forms", () => {
  let ports: EventPorts;

  beforeEach(async () => {
    ports = new EventPorts();
    await ports.start();
  });
  afterEach(() => ports?.stop());

  const receiptOf = ({ status, body }: Answer): boolean => {
    assert.equal(status, 200, JSON.stringify(body));
    const [first] = (body.results ?? [body]) as { deduplicated: boolean }[];
    return first?.deduplicated ?? false;
  };
  /** Each sends the event; returns whether it was known. */
  const forms: Readonly<Record<string, (event: Sample, source: string) => Promise<boolean>>> = {
    async binary(event, source) {
      const { body, headers } = binary(event, source, percentEncoded);
      return receiptOf(await ports.post(body, headers));
    },
    async raw(event, source) {
      const { body, headers } = binary(event, source, rawUtf8);
      return receiptOf(await ports.post(body, headers));
    },
    async structured(event, source) {
      return receiptOf(await ports.structured(structured(event, source)));
    },
    async batch(event, source) {
      const headers = { "content-type": "application/cloudevents-batch+json" };
      return receiptOf(await ports.post(`[${structured(event, source)}]`, headers));
    },
    async grpc({ id, type, subject, seconds, nanos, contentType, data, extensions }, source) {
      const time = { seconds, nanos };
      const attributes = { id, source, type, subject, time, extensions };
      const event = { ...attributes, dataContentType: contentType, data };
      const { receipt } = await ports.grpc.call("EventService", "Publish", { event });
      return receipt?.deduplicated ?? false;
    },
  };
  const names = Object.keys(forms);

  it("makes the same task, and is known in all of them once it came in one", async () => {
    await fc.assert(
      fc.asyncProperty(sample, async (event) => {
        const before = (await ports.tasks()).size;
        const sources = names.map((name) => `/${name}/${event.id}`);
        for (const [at, name] of names.entries()) {
          assert.equal(await forms[name]?.(event, sources[at] ?? ""), false, name);
        }
        const tasks = await ports.tasks();
        assert.equal(tasks.size, before + names.length);
        const first = tasks.get(sources[0] ?? "");
        assert.equal(first?.headers["ce-time"], `${timeOf(event).slice(0, 23)}Z`);
        for (const source of sources) {
          assert.deepEqual(tasks.get(source), first, source);
        }
        for (const name of names) {
          assert.equal(await forms[name]?.(event, sources[0] ?? ""), true, name);
        }
      }),
      { numRuns: 25 },
    );
  }).timeout(30_000);
});
