// A test file that never comes back, for the test of the watchdog.
describe("A loop", () => {
  it("that has no end", async () => {
    await Promise.resolve();
    spin();
  });
});

function spin(): void {
  let turns = 0;
  while (turns >= 0) {
    turns = (turns + 1) % 1_000;
  }
}
