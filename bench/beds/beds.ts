import { type BatonBed, type BatonOptions, startBaton } from "./baton-bed.ts";
import type { Bed } from "./bed.ts";
import { startBull } from "./bull-bed.ts";
import { type RelayBed, startRelay } from "./relay-bed.ts";

/** The systems that are compared; each is started when it is first asked for. */
export class Beds {
  readonly #started = new Map<string, Promise<Pick<Bed, "stop">>>();

  redis(): Promise<BatonBed> {
    return this.#baton({ store: "redis" });
  }

  sqlite(): Promise<BatonBed> {
    return this.#baton({ store: "sqlite" });
  }

  bull(): Promise<Bed> {
    return this.#start("bull", startBull);
  }

  relay(): Promise<RelayBed> {
    return this.#start("relay", startRelay);
  }

  /** Ends every system. */
  async stop(): Promise<void> {
    const beds = [...this.#started.values()];
    this.#started.clear();
    await Promise.all(beds.map(async (bed) => (await bed).stop()));
  }

  #baton(options: BatonOptions): Promise<BatonBed> {
    return this.#start(options.store, () => startBaton(options));
  }

  #start<Started extends Pick<Bed, "stop">>(
    name: string,
    start: () => Promise<Started>,
  ): Promise<Started> {
    const started = (this.#started.get(name) as Promise<Started> | undefined) ?? start();
    this.#started.set(name, started);
    return started;
  }
}
