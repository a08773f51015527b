import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Connection } from "../../server/src/net/connection.ts";
import { type ConnectionLimits, Listener } from "../../server/src/net/listener.ts";
import { eventually } from "../support/time/eventually.ts";
import { ManualClock } from "../support/time/manual-clock.ts";

const LIMITS: ConnectionLimits = {
  maxConnections: 4,
  maxPeerConnections: 3,
  greetingBytes: 10,
  greetingTimeoutMs: 5_000,
};

describe("A listener", () => {
  const clock = new ManualClock();
  const sockets: Socket[] = [];
  let listener: Listener;
  let cuts: string[];
  let port: number;

  const listen = async (replacesOldest: boolean): Promise<void> => {
    cuts = [];
    listener = new Listener({
      limits: LIMITS,
      clock,
      replacesOldest,
      onConnection: ({ socket }) => socket.resume(),
      onCut: (reason, peer) => cuts.push(`${peer} ${reason}`),
    });
    port = await listener.listen("127.0.0.1", 0);
  };

  beforeEach(() => listen(false));

  afterEach(() => {
    for (const socket of sockets.splice(0)) {
      socket.destroy();
    }
    listener?.close();
    assert.equal(clock.pendingTimers, 0);
  });

  async function open(from = "127.0.0.1"): Promise<Socket> {
    const socket = connect({ host: "127.0.0.1", port, localAddress: from });
    sockets.push(socket);
    socket.on("error", () => {}).resume();
    await once(socket, "connect");
    return socket;
  }

  async function openAll(...from: readonly string[]): Promise<Socket[]> {
    const opened: Socket[] = [];
    for (const each of from) {
      const before = listener.connections.size + cuts.length;
      opened.push(await open(each));
      await eventually(() => assert.notEqual(listener.connections.size + cuts.length, before));
    }
    return opened;
  }

  it("outlives a connection that is reset while nobody listens for its errors", async () => {
    const [client] = await openAll("127.0.0.1");
    const [connection] = listener.connections;
    // `once` of node:events would listen for errors itself.
    const closed = new Promise((resolve) => connection?.socket.once("close", resolve));
    client?.resetAndDestroy();
    assert.equal(await closed, true, "it was closed without an error");
    await eventually(() => assert.equal(listener.connections.size, 0));
  });

  it("refuses what one peer has too many of", async () => {
    const [, , , last] = await openAll("127.0.0.1", "127.0.0.1", "127.0.0.1", "127.0.0.1");
    await eventually(() => assert.equal(last?.closed, true));
    assert.deepEqual(cuts, ["127.0.0.1 too_many_of_peer"]);
    await openAll("127.0.0.2");
    assert.equal(listener.connections.size, 4);
  });

  it("makes a newcomer place where a peer has more than its share", async () => {
    const [, , youngest] = await openAll("127.0.0.1", "127.0.0.1", "127.0.0.1", "127.0.0.2");
    await open("127.0.0.3");
    await eventually(() => assert.equal(youngest?.closed, true));
    assert.deepEqual(cuts, ["127.0.0.1 too_many"]);
    assert.deepEqual(
      [...listener.peers].map(({ name }) => name),
      ["127.0.0.1", "127.0.0.2", "127.0.0.3"],
    );
  });

  it("refuses a newcomer where nobody has more than it would", async () => {
    await openAll("127.0.0.1", "127.0.0.1", "127.0.0.2", "127.0.0.2");
    const refused = await open("127.0.0.2");
    await eventually(() => assert.equal(refused.closed, true));
    assert.deepEqual(cuts, ["127.0.0.2 too_many"]);
  });

  it("cuts who is silent for too long, however slowly it begins", async () => {
    const [silent, slow, sound] = await openAll("127.0.0.1", "127.0.0.1", "127.0.0.2");
    slow?.write("x");
    sound?.write("0123456789");
    await eventually(() => {
      const read = [...listener.connections].map(({ socket }) => socket.bytesRead);
      assert.deepEqual(read, [0, 1, 10]);
    });
    clock.advance(LIMITS.greetingTimeoutMs - 1);
    assert.equal(listener.connections.size, 3);
    clock.advance(1_001);
    await eventually(() => assert.equal(listener.connections.size, 1));
    await eventually(() => assert.deepEqual([silent?.closed, slow?.closed], [true, true]));
    assert.equal(sound?.closed, false);
    assert.deepEqual(cuts, ["127.0.0.1 silent", "127.0.0.1 silent"]);
  });

  describe("that gives newcomers a place", () => {
    const taken = (n: number): Connection => {
      const connection = [...listener.connections][n];
      assert.ok(connection);
      return connection;
    };

    beforeEach(async () => {
      listener.close();
      await listen(true);
    });

    it("cuts of a peer that has as many as may be who is idle for longest, else the oldest", async () => {
      const [oldest, idlest, idle] = await openAll("127.0.0.1", "127.0.0.1", "127.0.0.1");
      taken(1).idleSinceMs = 1;
      taken(2).idleSinceMs = 2;
      await open();
      await eventually(() => assert.equal(idlest?.closed, true));
      await open();
      await eventually(() => assert.equal(idle?.closed, true));
      assert.equal(oldest?.closed, false);
      await open();
      await eventually(() => assert.equal(oldest?.closed, true));
      assert.deepEqual(new Set(cuts), new Set(["127.0.0.1 too_many_of_peer"]));
    });

    it("cuts of those that have most who is idle for longest, else anybody's", async () => {
      const sockets = await openAll("127.0.0.1", "127.0.0.1", "127.0.0.1", "127.0.0.2");
      taken(1).idleSinceMs = 2;
      taken(3).idleSinceMs = 1;
      await openAll("127.0.0.3");
      await eventually(() => assert.equal(sockets[1]?.closed, true));
      // Each of two has as many as the newcomer would have.
      await openAll("127.0.0.3");
      await eventually(() => assert.equal(sockets[3]?.closed, true));
      assert.deepEqual(cuts, ["127.0.0.1 too_many", "127.0.0.2 too_many"]);
    });
  });

  it("refuses for a while who flooded it, and keeps what else that peer has open", async () => {
    const [, stays] = await openAll("127.0.0.1", "127.0.0.1");
    const [flooding] = listener.connections;
    assert.ok(flooding);
    listener.cut(flooding, "flood");
    const refused = await open();
    await eventually(() => assert.equal(refused.closed, true));
    await openAll("127.0.0.2");
    assert.equal(stays?.closed, false);
    assert.deepEqual(cuts, ["127.0.0.1 flood", "127.0.0.1 flood"]);
    clock.advance(11_000);
    const again = await open();
    again.write("0123456789");
    await eventually(() => {
      const read = [...listener.connections].map(({ socket }) => socket.bytesRead);
      assert.deepEqual(read, [10]);
    });
  });

  it("takes nobody once it stops, and leaves who is there alone", async () => {
    const [stays] = await openAll("127.0.0.1");
    listener.stopAccepting();
    const late = connect(port, "127.0.0.1");
    const [error] = await once(late, "error");
    assert.equal((error as NodeJS.ErrnoException).code, "ECONNREFUSED");
    assert.equal(stays?.closed, false);
    assert.equal(listener.connections.size, 1);
  });
});
