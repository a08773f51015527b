import assert from "node:assert/strict";
import type { Suite } from "mocha";

/** Takes tests, or whole groups, out of a suite by their titles; each must be there. */
export function leaveOut(suite: Suite, titles: readonly string[]): void {
  const left = new Set(titles);
  const visit = (parent: Suite): void => {
    const isKept = ({ title }: { readonly title: string }) =>
      !titles.includes(title) || !left.delete(title);
    parent.tests = parent.tests.filter(isKept);
    parent.suites = parent.suites.filter(isKept);
    parent.suites.forEach(visit);
  };
  visit(suite);
  assert.deepEqual([...left], [], "no test of these titles is there to be left out");
}
