import assert from "node:assert/strict";
import { Socket } from "node:net";
import { Connection, newPeer, type Peer } from "../../server/src/net/connection.ts";
import { ReadTurns } from "../../server/src/net/read-turns.ts";
import { nextTurn } from "../support/time/next-turn.ts";

const TURN = 512;

describe("Turns of peers on the event loop", () => {
  const sockets: Socket[] = [];
  let floods: Connection[];
  let turns: ReadTurns;

  beforeEach(() => {
    floods = [];
    turns = new ReadTurns((connection) => floods.push(connection));
  });

  afterEach(() => {
    turns?.stop();
    for (const socket of sockets.splice(0)) {
      socket.destroy();
    }
  });

  function connectionOf(peer: Peer): Connection {
    const socket = new Socket();
    sockets.push(socket);
    const connection = new Connection(socket, peer, 0);
    peer.connections.add(connection);
    return connection;
  }

  const readingOf = (peer: Peer): number =>
    [...peer.connections].filter(({ isReading }) => isReading).length;

  it("let a peer go on that does little", async () => {
    const peer = newPeer("a");
    const connection = connectionOf(peer);
    for (let turn = 0; turn < 5; turn += 1) {
      turns.spend(connection, TURN - 1);
      assert.ok(connection.isReading);
      await nextTurn();
      await nextTurn();
    }
  });

  it("stop the reading of a peer that does much, on all its connections, and of no other", async () => {
    const [noisy, quiet] = [newPeer("a"), newPeer("b")];
    const [first, other] = [connectionOf(noisy), connectionOf(quiet)];
    connectionOf(noisy);
    turns.spend(first, TURN);
    turns.spend(other, 1);
    assert.deepEqual([readingOf(noisy), readingOf(quiet)], [0, 1]);
    await nextTurn();
    await nextTurn();
    assert.equal(readingOf(noisy), 2);
  });

  it("make a peer wait for as many turns as it took", async () => {
    const peer = newPeer("a");
    const connection = connectionOf(peer);
    turns.spend(connection, 10 * TURN);
    let waited = 0;
    for (; !connection.isReading; waited += 1) {
      await nextTurn();
    }
    assert.ok(waited >= 10 && waited <= 12, `${waited} turns`);
  });

  it("have a few connections of a peer read at a time", async () => {
    const peer = newPeer("a");
    const connections = Array.from({ length: 100 }, () => connectionOf(peer));
    turns.spend(connections[0] as Connection, TURN);
    let reading = 0;
    while (reading < 100) {
      await nextTurn();
      const now = readingOf(peer);
      assert.ok(now - reading <= 8, `${now - reading} more in a turn`);
      reading = now;
    }
  });

  it("have new connections of a peer that does much begin later, and none that is gone", async () => {
    const peer = newPeer("a");
    turns.spend(connectionOf(peer), 3 * TURN);
    const begun: string[] = [];
    const gone = connectionOf(peer);
    turns.begin(gone, () => begun.push("gone"));
    turns.begin(connectionOf(peer), () => begun.push("there"));
    turns.begin(connectionOf(newPeer("b")), () => begun.push("of another"));
    turns.forget(gone);
    assert.deepEqual(begun, ["of another"]);
    while (begun.length < 2) {
      await nextTurn();
    }
    assert.deepEqual(begun, ["of another", "there"]);
  });

  it("tell of a connection that did far too much in one turn, and of no busy one", async () => {
    const peer = newPeer("a");
    const [busy, flooding] = [connectionOf(peer), connectionOf(peer)];
    turns.spend(busy, 5_500);
    turns.spend(flooding, 3_500);
    turns.spend(flooding, 3_500);
    await nextTurn();
    await nextTurn();
    turns.spend(busy, 5_500);
    await nextTurn();
    await nextTurn();
    assert.deepEqual(floods, [flooding]);
  });
});
