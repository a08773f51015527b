import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ReflectedClient, type Reply } from "../support/grpc/reflected-client.ts";
import { Child } from "../support/processes/child.ts";
import { ended } from "../support/processes/ended.ts";
import { NODE_FLAGS } from "../support/processes/node-flags.ts";

const repository = join(import.meta.dirname, "../..");
const page = readFileSync(join(repository, "docs/schedules-and-events.md"), "utf8");

/** The block of a language that the page says is executed here. */
function executed(language: string): string {
  const pattern = new RegExp(`<!-- executed by [^\\n]+-->\\n\`\`\`${language}\\n(.+?)\`\`\``, "s");
  return pattern.exec(page)?.[1] ?? "";
}

describe("docs/schedules-and-events.md", () => {
  let folder: string;
  let dispatcher: Child;
  let address: string;
  let httpAddress: string;

  before(async () => {
    // Inside the repository, so that the program finds the packages that it imports.
    folder = mkdtempSync(join(repository, "test/docs/run-"));
    const listen = ["--listen", "127.0.0.1:0", "--http-listen", "127.0.0.1:0"];
    const store = ["--store", `sqlite:${folder}/baton.db`, "--log-level", "error"];
    dispatcher = new Child({
      command: process.execPath,
      args: [
        ...NODE_FLAGS,
        join(repository, "server/src/main.ts"),
        "serve",
        ...listen,
        ...store,
        "--drain-timeout",
        "0s",
      ],
    });
    httpAddress = (await dispatcher.line(/^http +(.+)/))[1] ?? "";
    address = (await dispatcher.line(/^ready (.+)/))[1] ?? "";
  });

  after(async () => {
    await dispatcher?.stop(4_000);
    rmSync(folder, { recursive: true });
  });

  it("has a program that prints what its comments say", async () => {
    const path = join(folder, "program.ts");
    writeFileSync(path, executed("ts"));
    const child = spawn(process.execPath, [...NODE_FLAGS, path], {
      env: { ...process.env, BATON_ADDRESS: address },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { status, output, errors } = await ended(child);
    assert.equal(output, "SUBMITTED true\n1\ntrue\n", errors);
    assert.equal(status, 0, errors);
  });

  it("has commands that work, by reflection alone", async () => {
    const client = new ReflectedClient(address);
    const replies = new Map<string, Reply | undefined>();
    for (const line of executed("sh").trimEnd().split("\n")) {
      const [, data = "", name = ""] =
        /^grpcurl -plaintext -d '(.*)' 127\.0\.0\.1:7400 ([\w./]+)$/.exec(line) ?? [];
      assert.notEqual(name, "", `not understood: ${line}`);
      const [reply] = await client.call(name, [JSON.parse(data)]);
      replies.set(name.replace(/^.*\//, ""), reply);
    }
    client.close();
    const { firings = [] } = replies.get("ListFirings") ?? {};
    assert.equal((firings as readonly unknown[]).length, 1);
    const receipt = replies.get("Publish")?.receipt as { readonly taskIds: readonly string[] };
    assert.equal(receipt.taskIds.length, 1);
    assert.equal(replies.size, 9);
  }).timeout(10_000);

  it("has a CloudEvent for curl that is taken", async () => {
    const command = /^curl .*$/m.exec(page)?.[0] ?? "";
    const headers = [...command.matchAll(/-H '([^:]+): ([^']+)'/g)].map(
      ([, name = "", value = ""]): [string, string] => [name, value],
    );
    const [, body = "", path = ""] =
      / -d (\w+) http:\/\/127\.0\.0\.1:7480(\/\S+)$/.exec(command) ?? [];
    const url = `http://${httpAddress.replace(/^http:\/\//, "")}${path}`;
    const answer = await fetch(url, { method: "POST", headers, body });
    assert.equal(answer.status, 200, await answer.text());
  });
});
