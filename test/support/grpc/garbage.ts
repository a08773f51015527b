import fc from "fast-check";

/**
 * Any text at all: UTF-16 units at random, lone surrogates included, with plain letters, separators and
 * control characters more often than by chance. fast-check's own `unit: "binary"` first builds a table of
 * all of Unicode, which takes longer than a test may on a busy machine.
 */
export function garbage(maxLength = 40): fc.Arbitrary<string> {
  const unit = fc.oneof(
    fc.nat({ max: 0xffff }),
    fc.integer({ min: 0xd800, max: 0xdfff }),
    fc.nat({ max: 0x7f }),
  );
  return fc.array(unit, { maxLength }).map((codes) => String.fromCharCode(...codes));
}

/** The same without lone surrogates, which no wire carries. */
export function wellFormedGarbage(maxLength = 40): fc.Arbitrary<string> {
  return garbage(maxLength).map((text) => text.toWellFormed());
}
