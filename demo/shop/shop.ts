import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FiringInfo, TaskClient } from "@baton/worker-sdk";
import { freePort } from "../../test/support/grpc/loopback.ts";
import { startRedis } from "../../test/support/redis/redis-server.ts";
import { type Program, startProgram } from "../processes.ts";
import { type Books, differences, isComplete } from "./audit.ts";
import { Book } from "./book.ts";
import type { ShopOptions } from "./options.ts";

const TICK_MS = 1_000;
const SHARDS = 3;
const RESTART_MS = 500;
const PATIENCE_MS = 90_000;
const LOOK_EVERY_MS = 200;
const SERVICES = ["points", "stock", "reports"] as const;
const FAILURE_RATES = { points: 0, stock: 0.2, reports: 0 } as const;

type Service = (typeof SERVICES)[number];

/**
 * Runs the shop: an order service publishes payments, a points and a stock service each do their part in
 * their own store, a report fires in shards. Kills the stock service and a dispatcher on the way.
 *
 * @returns the exit status: 0 where the books balance
 */
export async function runShop(options: ShopOptions): Promise<number> {
  const shop = new Shop(options);
  try {
    await shop.open();
    await shop.trade();
    return await shop.close();
  } finally {
    await shop.stop();
  }
}

class Shop {
  readonly #options: ShopOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), "baton-shop-"));
  readonly #running = new Set<Program>();
  #ports: number[] = [];
  #dispatchers: Program[] = [];
  #services = new Map<Service, Program>();
  #storeUrl = "";
  #endStore: () => Promise<void> = async () => {};
  #client: TaskClient | null = null;

  constructor(options: ShopOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    if (this.#options.redis) {
      const redis = await startRedis();
      this.#storeUrl = redis.url;
      this.#endStore = () => redis.stop();
    } else {
      this.#storeUrl = `sqlite:${join(this.#folder, "baton.db")}`;
    }
    this.#ports = await Promise.all((this.#options.redis ? [1, 2] : [1]).map(freePort));
    for (const port of this.#ports) {
      this.#dispatchers.push(await this.#startDispatcher(port));
    }
    this.#client = new TaskClient({ address: this.#target });
    await this.#agree(this.#client);
    await Promise.all(SERVICES.map((service) => this.#startService(service)));
    say(`${this.#ports.length} dispatcher(s) on ${this.#storeUrl.split(":", 1)[0]}`);
  }

  /** Has the order service trade, and kills others meanwhile. */
  async trade(): Promise<void> {
    const { payments } = this.#options;
    const orders = this.#start("demo/shop/orders.ts", {
      PAYMENTS: String(payments),
      BOOK: this.#bookOf("orders"),
      PAUSE_MS: "100",
    });
    const killStock = once(() => this.#killService("stock"));
    const killDispatcher = once(() => this.#killDispatcher());
    const strikes: Promise<void>[] = [];
    orders.onLine((line) => {
      const published = Number(line.replace("published ", ""));
      if (published >= payments / 3) strikes.push(killStock());
      if (published >= (2 * payments) / 3) strikes.push(killDispatcher());
    });
    const status = await orders.exited;
    if (status !== 0) {
      throw new Error(`the order service ended with status ${status}`);
    }
    await Promise.all(strikes);
  }

  /** Waits until everything is booked, and compares the books. */
  async close(): Promise<number> {
    const client = this.#opened();
    await client.schedules.pause("report");
    const untilMs = performance.now() + PATIENCE_MS;
    let books = await this.#books();
    while (!isComplete(books) && performance.now() < untilMs) {
      await sleep(LOOK_EVERY_MS);
      books = await this.#books();
    }
    // What would be booked twice would be so now.
    await sleep(2 * LOOK_EVERY_MS);
    books = await this.#books();
    return this.#report(books, differences(books, TICK_MS));
  }

  async stop(): Promise<void> {
    await this.#client?.close();
    // The dispatchers last: a service that stops tells one of them what it has done.
    const others = [...this.#running].filter((program) => !this.#dispatchers.includes(program));
    for (const programs of [others, this.#dispatchers]) {
      for (const program of programs) program.signal("SIGTERM");
      await Promise.all(programs.map(({ exited }) => exited));
    }
    await this.#endStore();
    rmSync(this.#folder, { recursive: true });
  }

  async #agree(client: TaskClient): Promise<void> {
    for (const service of ["points", "stock"]) {
      await client.events.subscribe(service, {
        eventType: "PaymentCompleted",
        task: {
          queue: service,
          type: "book",
          retry: { maxAttempts: 100, initialBackoffMs: 50, maxBackoffMs: 500 },
        },
      });
    }
    await client.schedules.put("report", {
      task: { queue: "reports", type: "report" },
      cadence: { everyMs: TICK_MS },
      overlap: "ALLOW",
      shards: SHARDS,
    });
  }

  async #killService(service: Service): Promise<void> {
    say(`killing the ${service} service`);
    const program = this.#services.get(service);
    await this.#kill(program);
    await sleep(RESTART_MS);
    await this.#startService(service);
  }

  async #killDispatcher(): Promise<void> {
    say("killing a dispatcher");
    await this.#kill(this.#dispatchers[0]);
    await sleep(RESTART_MS);
    this.#dispatchers[0] = await this.#startDispatcher(this.#ports[0] ?? 0);
  }

  async #kill(program: Program | undefined): Promise<void> {
    if (program !== undefined) {
      this.#running.delete(program);
      program.signal("SIGKILL");
      await program.exited;
    }
  }

  async #startDispatcher(port: number): Promise<Program> {
    const flags = ["--http-listen", "off", "--lease-ttl", "3s", "--log-level", "error"];
    const listen = ["--listen", `127.0.0.1:${port}`, "--store", this.#storeUrl];
    const program = startProgram("server/src/main.ts", ["serve", ...listen, ...flags]);
    this.#running.add(program);
    await program.lineAfter("ready ");
    return program;
  }

  async #startService(service: Service): Promise<void> {
    const program = this.#start("demo/shop/service.ts", {
      SERVICE: service,
      BOOK: this.#bookOf(service),
      FAILURE_RATE: String(FAILURE_RATES[service]),
    });
    this.#services.set(service, program);
    await program.lineAfter("working");
  }

  #start(script: string, environment: NodeJS.ProcessEnv): Program {
    const program = startProgram(script, [], { ...environment, BATON_ADDRESS: this.#target });
    this.#running.add(program);
    void program.exited.then(() => this.#running.delete(program));
    return program;
  }

  get #target(): string {
    const addresses = this.#ports.map((port) => `127.0.0.1:${port}`);
    return addresses.length === 1 ? (addresses[0] ?? "") : `ipv4:${addresses.join(",")}`;
  }

  #opened(): TaskClient {
    if (this.#client === null) {
      throw new Error("the shop is not open");
    }
    return this.#client;
  }

  #bookOf(name: string): string {
    return join(this.#folder, `${name}.db`);
  }

  async #books(): Promise<Books> {
    const firings: FiringInfo[] = [];
    for await (const firing of this.#opened().schedules.firings("report")) {
      firings.push(firing);
    }
    const [orders, points, stock, reports] = ["orders", ...SERVICES].map((name) => {
      const book = new Book(this.#bookOf(name));
      const entries = book.entries();
      book.close();
      return entries;
    });
    return {
      orders: orders ?? [],
      points: points ?? [],
      stock: stock ?? [],
      reports: reports ?? [],
      firings,
    };
  }

  #report(books: Books, wrong: readonly string[]): number {
    const rewritten = books.stock.filter(({ writes }) => writes > 1).length;
    const figures = {
      payments: books.orders.length,
      points: books.points.length,
      stock: books.stock.length,
      stockAttemptsAfterTheEffect: rewritten,
      ticks: books.firings.length,
      shards: books.reports.length,
      differences: wrong.length,
    };
    say(
      `${figures.payments} payments, ${figures.points} booked as points, ${figures.stock} as stock`,
    );
    say(`${rewritten} stock lines were written again by a later attempt, and count once`);
    say(`${figures.ticks} ticks of the report, ${figures.shards} shards`);
    for (const line of wrong.slice(0, 20)) {
      say(`  ${line}`);
    }
    say(wrong.length === 0 ? "the books balance" : `the books do not balance: ${wrong.length}`);
    if (this.#options.json) {
      process.stdout.write(`${JSON.stringify(figures)}\n`);
    }
    return wrong.length === 0 ? 0 : 1;
  }
}

function once(action: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | null = null;
  return () => {
    result ??= action();
    return result;
  };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
