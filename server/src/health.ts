import { proxyOptions } from "@baton/proto";
import { credentials, makeGenericClientConstructor, type ServiceError } from "@grpc/grpc-js";
import { service } from "grpc-health-check";

/** How long a health check may take, in milliseconds. */
const HEALTH_TIMEOUT_MS = 3_000;

interface HealthReply {
  readonly status: string;
}

type Check = (
  request: { service: string },
  options: { deadline: number },
  done: (error: ServiceError | null, reply?: HealthReply) => void,
) => void;

/**
 * Asks the dispatcher at the address whether it serves, as a container's health check does.
 *
 * @returns the exit status (0 where it serves) and one line for people
 */
export async function checkHealth(
  address: string,
  nowMs: number,
): Promise<{ exitCode: number; line: string }> {
  const Health = makeGenericClientConstructor(service, "grpc.health.v1.Health");
  const client = new Health(address, credentials.createInsecure(), proxyOptions(address));
  const check = (client as unknown as { check: Check }).check.bind(client);
  try {
    const status = await new Promise<string>((resolve, reject) => {
      check({ service: "" }, { deadline: nowMs + HEALTH_TIMEOUT_MS }, (error, reply) =>
        error === null && reply !== undefined ? resolve(reply.status) : reject(error),
      );
    });
    return { exitCode: status === "SERVING" ? 0 : 1, line: `${address} ${status}` };
  } catch (error) {
    return {
      exitCode: 1,
      line: `${address} cannot be reached: ${(error as ServiceError).details}`,
    };
  } finally {
    client.close();
  }
}
