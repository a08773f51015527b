import { type BatonBed, type BatonOptions, startBaton } from "./baton-bed.ts";
import type { Bed } from "./bed.ts";
import { startBull } from "./bull-bed.ts";

/** The systems that are compared; each is started when it is first asked for. */
export class Beds {
  readonly #started = new Map<string, Promise<Bed>>();

  redis(): Promise<BatonBed> {
    return this.#baton({ store: "redis" });
  }

  sqlite(): Promise<BatonBed> {
    return this.#baton({ store: "sqlite" });
  }

  bull(): Promise<Bed> {
    return this.#start("bull", startBull);
  }

  /** Ends every system. */
  async stop(): Promise<void> {
    const beds = [...this.#started.values()];
    this.#started.clear();
    await Promise.all(beds.map(async (bed) => (await bed).stop()));
  }

  #baton(options: BatonOptions): Promise<BatonBed> {
    return this.#start(options.store, () => startBaton(options)) as Promise<BatonBed>;
  }

  #start(name: string, start: () => Promise<Bed>): Promise<Bed> {
    const started = this.#started.get(name) ?? start();
    this.#started.set(name, started);
    return started;
  }
}
