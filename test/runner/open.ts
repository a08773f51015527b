import { createServer } from "node:net";

// A test file that leaves a server open, for the test of the reporter.
describe("A server", () => {
  it("that nobody closes", () => {
    createServer().listen(0, "127.0.0.1");
  });
});
