/** A connection to dispatchers, as the calls on it know it. */
export interface Carrier<Client> {
  readonly client: Client;
}

interface Closable {
  close(): void;
}

interface Counted<Client> extends Carrier<Client> {
  calls: number;
}

/**
 * What a client's short calls go over: a channel, and another in its place where a peer of it does not
 * answer. A new channel takes nothing to a peer that has not answered it, and waits for no back-off.
 */
export class CallChannel<Client extends Closable> {
  readonly #open: () => Client;
  #current: Counted<Client> | null = null;
  readonly #replaced = new Set<Counted<Client>>();

  constructor(open: () => Client) {
    this.#open = open;
  }

  /** Calls on a carrier; it stays open until its calls are over. */
  async use<Answer>(
    call: (client: Client, carrier: Carrier<Client>) => Promise<Answer>,
  ): Promise<Answer> {
    this.#current ??= { client: this.#open(), calls: 0 };
    const carrier = this.#current;
    carrier.calls += 1;
    try {
      return await call(carrier.client, carrier);
    } finally {
      carrier.calls -= 1;
      this.#closeUnused(carrier);
    }
  }

  /** Takes the next calls to a new channel; does nothing where that has happened already. */
  replace(carrier: Carrier<Client>): void {
    if (this.#current === carrier) {
      this.#replaced.add(this.#current);
      this.#closeUnused(this.#current);
      this.#current = null;
    }
  }

  close(): void {
    for (const { client } of [...this.#replaced, ...(this.#current ? [this.#current] : [])]) {
      client.close();
    }
    this.#replaced.clear();
    this.#current = null;
  }

  #closeUnused(carrier: Counted<Client>): void {
    if (carrier.calls === 0 && this.#replaced.delete(carrier)) {
      carrier.client.close();
    }
  }
}
