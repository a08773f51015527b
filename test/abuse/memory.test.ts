import { attackNames } from "./support/attack-run.ts";
import { testAttacks } from "./support/bounded-attacks.ts";

describe("A dispatcher bounds what it holds", function () {
  this.timeout(90_000);

  // Half of them: a file may take five minutes on a machine that is busy.
  testAttacks(attackNames().filter((_, n) => n % 2 === 0));
});
