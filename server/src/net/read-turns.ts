import type { Connection, Peer } from "./connection.ts";

/** What a connection makes the event loop do, in units of about what a small message takes. */
export const WORK = { frame: 1, message: 1, call: 16, connection: 100 } as const;

/** What a peer may make the event loop do in a turn before the others have theirs: about 2 ms. */
const TURN_UNITS = 512;
/** Of a peer whose reading was stopped, so many connections go on in a turn. */
const RESUMED_PER_TURN = 8;
/**
 * Who makes it do more in one turn than this is cut: 64 KiB, which are read at once, hold half as many of
 * the smallest messages that mean something, and fewer calls than a connection may have.
 */
const FLOOD_UNITS = 6_000;

/** What is done at the next chance of a connection. */
type Action = () => void;

interface PeerTurn {
  /** What it did, less what its turns allowed since. */
  units: number;
  /** What waits for a turn, in order. */
  readonly waiting: Map<Connection, Action>;
}

/**
 * Has peers take turns on the event loop: who made it do more than its turn allows is not read before all
 * others had as many turns as that was worth. Who is alone waits for nothing: its turns follow at once.
 */
export class ReadTurns {
  readonly #onFlood: (connection: Connection) => void;
  readonly #peers = new Map<Peer, PeerTurn>();
  /** Connections that did something in this turn. */
  readonly #units = new Map<Connection, number>();
  #turn: NodeJS.Immediate | null = null;

  /** @param onFlood told, at the end of a turn, of a connection that made far too much to do in it */
  constructor(onFlood: (connection: Connection) => void) {
    this.#onFlood = onFlood;
  }

  /**
   * Begins with a connection: now, or when it is its peer's turn.
   *
   * @param begin has it read
   */
  begin(connection: Connection, begin: () => void): void {
    const turn = this.#turnOf(connection.peer);
    if (turn.waiting.size > 0 || turn.units >= TURN_UNITS) {
      turn.waiting.set(connection, begin);
      return;
    }
    begin();
    this.spend(connection, WORK.connection);
  }

  /** A connection made the event loop do so much. */
  spend(connection: Connection, units: number): void {
    const turn = this.#turnOf(connection.peer);
    turn.units += units;
    this.#units.set(connection, (this.#units.get(connection) ?? 0) + units);
    if (turn.units >= TURN_UNITS) {
      this.#stopReading(connection.peer, turn);
    }
  }

  /** A connection is gone. */
  forget(connection: Connection): void {
    this.#units.delete(connection);
    this.#peers.get(connection.peer)?.waiting.delete(connection);
  }

  /** Nothing has its turn any more. */
  stop(): void {
    if (this.#turn !== null) {
      clearImmediate(this.#turn);
      this.#turn = null;
    }
  }

  #turnOf(peer: Peer): PeerTurn {
    let turn = this.#peers.get(peer);
    if (turn === undefined) {
      turn = { units: 0, waiting: new Map() };
      this.#peers.set(peer, turn);
    }
    this.#turn ??= setImmediate(this.#endTurn);
    return turn;
  }

  #stopReading(peer: Peer, { waiting }: PeerTurn): void {
    for (const connection of peer.connections) {
      if (connection.stopReading()) {
        waiting.set(connection, () => connection.goOnReading());
      }
    }
  }

  readonly #endTurn = (): void => {
    this.#turn = null;
    const flooding = [...this.#units].filter(([, units]) => units > FLOOD_UNITS);
    this.#units.clear();
    for (const [connection] of flooding) {
      this.#onFlood(connection);
    }
    for (const [peer, turn] of this.#peers) {
      turn.units = Math.max(0, turn.units - TURN_UNITS);
      this.#goOn(turn);
      if (turn.waiting.size === 0 && turn.units === 0) {
        this.#peers.delete(peer);
      }
    }
    if (this.#peers.size > 0) {
      this.#turn ??= setImmediate(this.#endTurn);
    }
  };

  #goOn(turn: PeerTurn): void {
    let left = RESUMED_PER_TURN;
    for (const [connection, action] of turn.waiting) {
      if (left === 0 || turn.units >= TURN_UNITS) {
        return;
      }
      left -= 1;
      turn.waiting.delete(connection);
      action();
    }
  }
}
