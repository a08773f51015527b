import { runDemo } from "./demo.ts";
import { readDemoOptions, USAGE } from "./options.ts";
import { scenarioOf } from "./scenario.ts";
import { readShopOptions, SHOP_USAGE } from "./shop/options.ts";
import { runShop } from "./shop/shop.ts";

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const { scenario, rest } = scenarioOf(args);
    return await (scenario === "shop" ? shop(rest) : files(rest));
  } catch (error) {
    process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

async function files(args: readonly string[]): Promise<number> {
  const options = readDemoOptions(args);
  return options === "help" ? print(USAGE) : runDemo(options);
}

async function shop(args: readonly string[]): Promise<number> {
  const options = readShopOptions(args);
  return options === "help" ? print(SHOP_USAGE) : runShop(options);
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}
