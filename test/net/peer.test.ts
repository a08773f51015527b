import assert from "node:assert/strict";
import { peerOf } from "../../server/src/net/peer.ts";

describe("A peer", () => {
  for (const [address, peer] of [
    ["127.0.0.1", "127.0.0.1"],
    ["::ffff:10.1.2.3", "10.1.2.3"],
    ["::1", "::1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8::9", "2001:db8:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["2001:0db8:0000:0012::1", "2001:db8:0:12::/64"],
  ] as const) {
    it(`of ${address} is ${peer}`, () => {
      assert.equal(peerOf(address), peer);
    });
  }
});
