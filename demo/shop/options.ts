import { parseArgs } from "node:util";

/** What the shop was asked for. */
export interface ShopOptions {
  readonly payments: number;
  /** Whether two dispatchers run on Redis. */
  readonly redis: boolean;
  /** Whether the last line is the figures as JSON. */
  readonly json: boolean;
}

/** How the shop is called. */
export const SHOP_USAGE = `Usage: npm run demo -- --scenario shop [--payments N] [--redis] [--json]

  --payments N  how many payments the order service takes, 1 to 10000 (default: 400)
  --redis       two dispatchers on a Redis of their own, one of which is killed
  --json        print the figures as one line of JSON, last
`;

/** Reads the shop's options; throws an error of one line where they are wrong. */
export function readShopOptions(args: readonly string[]): ShopOptions | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      scenario: { type: "string" },
      payments: { type: "string", default: "400" },
      redis: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    return "help";
  }
  const payments = Number(values.payments);
  if (!Number.isInteger(payments) || payments < 1 || payments > 10_000) {
    throw new Error(`--payments must be 1 to 10000, not ${JSON.stringify(values.payments)}`);
  }
  return { payments, redis: values.redis, json: values.json };
}
