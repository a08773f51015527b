import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import type { Events } from "../../server/src/automation/events/contract.ts";
import { createHttpServer, type HttpServer } from "../../server/src/http/http-server.ts";
import { logInto } from "../support/grpc/grpc-server.ts";

const PAGES = [
  "README.md",
  ...readdirSync("docs")
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
/** A row of the table of paths: the path, and the methods. */
const ROW = /^\| `(\/[^`]*)` \| ([A-Z, ]+) \|/gm;
/** An address that a command or a text names. */
const ADDRESS = /\b(?:127\.0\.0\.1|localhost|cluster\.local):7480(\/[\w./-]*)?/g;

describe("The HTTP paths of the documentation", () => {
  let http: HttpServer;
  let port: number;

  before(async () => {
    http = createHttpServer({
      events: {} as Events,
      log: logInto([]),
      metricsText: async () => "",
      isReady: () => true,
    });
    port = await http.listen("127.0.0.1", 0);
  });
  after(() => http?.close());

  const statusOf = async (method: string, path: string): Promise<number> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
    await response.arrayBuffer();
    return response.status;
  };
  const rows = (): [string, string][] =>
    [...readFileSync("docs/operations.md", "utf8").matchAll(ROW)].flatMap(
      ([, path = "", methods = ""]) =>
        methods.split(", ").map((method): [string, string] => [method, path]),
    );

  it("are answered, by the methods that the table names", async () => {
    for (const [method, path] of rows()) {
      const status = await statusOf(method, path);
      assert.ok(![404, 405].includes(status), `${method} ${path} is ${status}`);
    }
  });

  it("are all that the server says it has", async () => {
    const listed = await (await fetch(`http://127.0.0.1:${port}/`)).text();
    const documented = rows()
      .filter(([method]) => method !== "HEAD")
      .map(([method, path]) => `${method} ${path}`);
    assert.deepEqual(documented.sort(), listed.trim().split("\n").sort());
  });

  it("are there wherever a page names one", async () => {
    const named = PAGES.flatMap((page) =>
      [...readFileSync(page, "utf8").matchAll(ADDRESS)].flatMap(([, path]) =>
        path === undefined ? [] : [path],
      ),
    );
    assert.ok(named.includes("/v1/events") && named.includes("/readyz"));
    for (const path of new Set(named)) {
      assert.notEqual(await statusOf("GET", path), 404, path);
    }
  });
});
