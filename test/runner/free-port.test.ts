import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { freePort } from "../support/grpc/loopback.ts";

describe("A port for a program that cannot choose one", () => {
  it("is none that the kernel gives to an outgoing connection, nor one that was given before", async () => {
    const range = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8");
    const [firstOutgoing = 0] = range.split(/\s+/).map(Number);
    const ports = await Promise.all(Array.from({ length: 100 }, freePort));
    assert.equal(new Set(ports).size, ports.length);
    assert.ok(Math.max(...ports) < firstOutgoing, `${Math.max(...ports)} < ${firstOutgoing}`);
  });

  it("is none that a program listens on, however many were given since", async () => {
    const port = await freePort();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    try {
      for (let given = 0; given < 3_000; given += 1) {
        assert.notEqual(await freePort(), port);
      }
    } finally {
      server.close();
    }
  });
});
