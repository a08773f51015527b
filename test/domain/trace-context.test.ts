import assert from "node:assert/strict";
import { isTraceparent, withSoundTrace } from "../../server/src/domain/trace-context.ts";

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
