import { readShopOptions, SHOP_USAGE } from "./options.ts";
import { runShop } from "./shop.ts";

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = readShopOptions(args);
    if (options === "help") {
      process.stdout.write(SHOP_USAGE);
      return 0;
    }
    return await runShop(options);
  } catch (error) {
    process.stderr.write(`shop: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}
