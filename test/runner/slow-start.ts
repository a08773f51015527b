import { Child } from "../support/processes/child.ts";

// A test file whose processes are slow to start, for the test of patience.
describe("With little time,", function () {
  this.timeout(300);
  const command = process.execPath;
  const args = ["--eval", "setTimeout(() => console.log('ready'), 1000)"];

  it("a test waits for a process", async () => {
    await new Child({ command, args }).line(/^ready/);
  });

  it("a test waits for two at once", async () => {
    const both = [new Child({ command, args }), new Child({ command, args })];
    await Promise.all(both.map((child) => child.line(/^ready/)));
  });

  it("a test has its own time after that, and no more", async () => {
    await new Child({ command, args }).line(/^ready/);
    await new Promise(() => {});
  });
});
