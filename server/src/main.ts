#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { systemClock } from "@baton/proto/shared";
import { checkHealth } from "./health.ts";
import { serve } from "./serve.ts";
import { loadHealthAddress, loadServeConfig } from "./settings/config.ts";
import { helpText } from "./settings/help.ts";
import { ConfigError } from "./settings/setting.ts";
import { shownWord } from "./settings/shown.ts";

/** The exit status of a wrong command line or environment (EX_CONFIG of sysexits.h). */
const EXIT_CONFIG = 78;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  if (
    command === undefined ||
    command === "help" ||
    (wantsHelp(args) && command !== "conformance")
  ) {
    process.stdout.write(helpText());
    return 0;
  }
  try {
    switch (command) {
      case "--version":
        process.stdout.write(`${version()}\n`);
        return 0;
      case "serve":
        return await serve(loadServeConfig(rest, process.env), version());
      case "health":
        return await health(loadHealthAddress(rest, process.env));
      case "conformance":
        return await conformance(rest);
      default:
        return fail(`there is no command ${shownWord(command)}; see baton --help`);
    }
  } catch (error) {
    if (error instanceof ConfigError) {
      return fail(error.message);
    }
    throw error;
  }
}

async function health(address: string): Promise<number> {
  const { exitCode, line } = await checkHealth(address, systemClock.nowMs());
  process.stdout.write(`${line}\n`);
  return exitCode;
}

async function conformance(args: readonly string[]): Promise<number> {
  // Only here, so that a dispatcher does not carry the kit.
  const { runConformance } = await import("./conformance/command.ts");
  return runConformance(args, (text) => process.stdout.write(text));
}

function wantsHelp(args: readonly string[]): boolean {
  return args.includes("--help");
}

function fail(message: string): number {
  process.stderr.write(`baton: ${message}\n`);
  return EXIT_CONFIG;
}

function version(): string {
  const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
