import { once } from "node:events";
import { createServer, type Server } from "node:net";

/** Listens on a port of 127.0.0.1, by default any free one, and returns it. */
export async function listenOnLoopback(server: Server, port = 0): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new Error("the server listens on no port");
  }
  return address.port;
}

/** How many processes may look for ports at once, each in a part of its own. */
const PARTS = 4;
/**
 * Low enough that no outgoing connection takes one between the look and the listening, or while a
 * program that listened there is down: the kernel gives those ports from 32768 on. A Redis cluster's
 * bus listens 10,000 above.
 */
const FIRST_PORT = 10_000;
const PORTS_A_PART = 2_500;

const part = Number(process.env.MOCHA_WORKER_ID ?? 0) % PARTS;
let next = Math.floor(Math.random() * PORTS_A_PART);

/**
 * Returns a port that was free a moment ago, for programs that cannot choose one themselves. No port
 * is returned twice in a while.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < PORTS_A_PART; tries += 1) {
    const port = FIRST_PORT + part * PORTS_A_PART + next;
    next = (next + 1) % PORTS_A_PART;
    if (await isFree(port)) {
      return port;
    }
  }
  throw new Error("no port is free");
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await listenOnLoopback(server, port);
  } catch {
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}
