import assert from "node:assert/strict";
import { SoundTexts } from "../../server/src/domain/sound-texts.ts";

describe("Sound texts", () => {
  it("are checked once and remembered", () => {
    const checked: string[] = [];
    const texts = new SoundTexts((text) => {
      checked.push(text);
      return true;
    });
    assert.ok(texts.has("a") && texts.has("a") && texts.has("b"));
    assert.deepEqual(checked, ["a", "b"]);
  });

  it("are refused again each time where they do not pass", () => {
    const texts = new SoundTexts((text) => text !== "bad");
    assert.ok(!texts.has("bad") && !texts.has("bad"));
  });

  it("do not pile up, however many different ones come", () => {
    let checks = 0;
    const texts = new SoundTexts(() => {
      checks += 1;
      return true;
    });
    for (let at = 0; at < 10_000; at += 1) {
      texts.has(`text ${at}`);
    }
    checks = 0;
    texts.has("text 0");
    assert.equal(checks, 1, "the first is forgotten");
  });

  it("are not remembered where they are long", () => {
    let checks = 0;
    const texts = new SoundTexts(() => {
      checks += 1;
      return true;
    });
    texts.has("x".repeat(65));
    texts.has("x".repeat(65));
    assert.equal(checks, 2);
  });
});
