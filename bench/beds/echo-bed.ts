import { type CpuSeconds, cpuSecondsOf } from "../measuring/cpu.ts";
import { Program } from "./program.ts";

/** A grpc-js server that echoes, and a client of it, each in a process of its own. */
export interface EchoBed {
  /** Makes so many calls, so many at once. */
  echo(count: number, payloadBytes: number, inFlight: number): Promise<void>;
  cpu(): CpuSeconds;
  stop(): Promise<void>;
}

/** Starts both. */
export async function startEcho(): Promise<EchoBed> {
  const server = new Program({ script: "bench/programs/peers/echo-server.ts" });
  const address = await server.address();
  const client = new Program({ script: "bench/programs/peers/echo-client.ts", args: [address] });
  await client.ready();
  return {
    echo: (count, payloadBytes, inFlight) => client.ask("echo", { count, payloadBytes, inFlight }),
    cpu: () => ({ server: cpuSecondsOf(server.pid), client: cpuSecondsOf(client.pid) }),
    stop: async () => {
      await client.stop();
      await server.stop();
    },
  };
}
