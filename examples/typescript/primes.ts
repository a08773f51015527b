// A handler that computes: it runs on a thread, so that its worker goes on keeping leases meanwhile.
import type { Handler } from "@baton/worker-sdk/threads";

/** Counts the primes below the number that the payload says. */
export default (({ payload }, { signal }) => {
  const limit = Number(Buffer.from(payload).toString());
  let found = 0;
  for (let number = 2; number < limit; number += 1) {
    signal.throwIfAborted();
    found += isPrime(number) ? 1 : 0;
  }
  return Buffer.from(String(found));
}) satisfies Handler<Uint8Array, Uint8Array>;

function isPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor += 1) {
    if (number % divisor === 0) {
      return false;
    }
  }
  return true;
}
