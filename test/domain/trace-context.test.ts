import assert from "node:assert/strict";
import {
  isTraceparent,
  withoutSpan,
  withSoundTrace,
} from "../../server/src/domain/trace-context.ts";

const TRACE = "a".repeat(32);
const SPAN = "b".repeat(16);

describe("A traceparent", () => {
  for (const text of [
    `00-${TRACE}-${SPAN}-01`,
    `cc-${TRACE}-${SPAN}-00`,
    `cc-${TRACE}-${SPAN}-00-x`,
  ]) {
    it(`names a span: ${text}`, () => {
      assert.ok(isTraceparent(text));
      const headers = { traceparent: text, tracestate: "x=y", other: "z" };
      assert.equal(withSoundTrace(headers), headers);
    });
  }
  for (const text of [
    "",
    `00-${TRACE}-${SPAN}`,
    `00-${TRACE}-${SPAN}-01-x`,
    `00-${TRACE}-${SPAN}-011`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${"0".repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${"0".repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  ]) {
    it(`that names none is left out with its tracestate: ${JSON.stringify(text)}`, () => {
      assert.ok(!isTraceparent(text));
      const headers = { traceparent: text, tracestate: "x=y", other: "z" };
      assert.deepEqual(withSoundTrace(headers), { other: "z" });
    });
  }
});

describe("The headers of a template", () => {
  const OTHERS = { baggage: "tenant=ada", "x-b3": "no header of Zipkin's", tenant: "ada" };
  const SPANS = {
    traceparent: `00-${TRACE}-${SPAN}-01`,
    tracestate: "x=y",
    b3: `${TRACE}-${SPAN}-1`,
    "x-b3-traceid": TRACE,
    "x-b3-spanid": SPAN,
    "x-b3-parentspanid": SPAN,
    "x-b3-sampled": "1",
    "x-b3-flags": "1",
    "uber-trace-id": `${TRACE}:${SPAN}:0:1`,
  };

  it("are without what names a span, of whichever system", () => {
    assert.deepEqual(withoutSpan({ ...SPANS, ...OTHERS }), OTHERS);
    assert.equal(withoutSpan(OTHERS), OTHERS);
  });
});
