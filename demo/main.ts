import { runDemo } from "./demo.ts";
import { readDemoOptions, USAGE } from "./options.ts";

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = readDemoOptions(args);
    if (options === "help") {
      process.stdout.write(USAGE);
      return 0;
    }
    return await runDemo(options);
  } catch (error) {
    process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}
