import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath, pathToFileURL } from "node:url";
import { patiently } from "../time/patience.ts";

const TSC = fileURLToPath(new URL("bin/tsc", import.meta.resolve("typescript/package.json")));
const SEPARATOR = "\r\n\r\n";

/** What an editor shows of a file. */
export interface EditorView {
  /** Relative to the repository; empty where no project holds the file. */
  readonly project: string;
  /** Errors and warnings, each with its line. */
  readonly problems: readonly string[];
}

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: { readonly items?: readonly unknown[] };
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface Diagnostic {
  readonly severity?: number;
  readonly message: string;
  readonly range: { readonly start: { readonly line: number } };
}

type Server = ChildProcessByStdio<Writable, Readable, null>;

/** TypeScript's own language server, asked as an editor asks it. */
export class LanguageServer {
  readonly #root: string;
  readonly #server: Server;
  readonly #answers = new Map<number, (message: Message) => void>();
  #received = Buffer.alloc(0);
  #lastId = 0;

  private constructor(root: string) {
    this.#root = root;
    this.#server = spawn(process.execPath, [TSC, "--lsp", "--stdio"], {
      cwd: root,
      stdio: ["pipe", "pipe", "ignore"],
    });
    const end = () => this.#server.kill("SIGKILL");
    process.once("exit", end);
    this.#server.once("exit", () => {
      process.off("exit", end);
      for (const answer of this.#answers.values()) {
        answer({ error: { message: "the language server ended before it answered" } });
      }
    });
    this.#server.stdout.on("data", (bytes: Buffer) => this.#read(bytes));
  }

  static async start(root: string): Promise<LanguageServer> {
    const server = new LanguageServer(root);
    const uri = pathToFileURL(root).href;
    const capabilities = { textDocument: { diagnostic: {} } };
    const terms = { processId: process.pid, rootUri: uri, capabilities };
    await patiently(() => server.#ask("initialize", terms));
    server.#send({ method: "initialized", params: {} });
    return server;
  }

  /**
   * Opens a file, looks at it and closes it.
   *
   * @param change what is typed into it before, and not saved
   */
  async view(file: string, change = (text: string): string => text): Promise<EditorView> {
    const uri = pathToFileURL(join(this.#root, file)).href;
    const text = change(readFileSync(join(this.#root, file), "utf8"));
    const textDocument = { uri, languageId: "typescript", version: 1, text };
    this.#send({ method: "textDocument/didOpen", params: { textDocument } });
    const of = { textDocument: { uri } };
    const info = (await this.#ask("custom/projectInfo", of)) as { configFilePath?: string };
    const { items } = (await this.#ask("textDocument/diagnostic", of)) as { items: Diagnostic[] };
    this.#send({ method: "textDocument/didClose", params: of });
    return {
      project: (info.configFilePath ?? "").replace(`${this.#root}/`, ""),
      problems: items
        .filter(({ severity = 1 }) => severity <= 2)
        .map(({ message, range }) => `${range.start.line + 1}: ${message}`),
    };
  }

  async stop(): Promise<void> {
    const exited = once(this.#server, "exit");
    this.#server.kill("SIGKILL");
    await patiently(() => exited);
  }

  async #ask(method: string, params: object): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    const answer = new Promise<Message>((resolve) => {
      this.#answers.set(id, resolve);
    });
    this.#send({ id, method, params });
    const { result, error } = await answer;
    if (error !== undefined) {
      throw new Error(`${method}: ${error.message}`);
    }
    return result;
  }

  #send(message: object): void {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.#server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}${SEPARATOR}${body}`);
  }

  #read(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    for (;;) {
      const headEnd = this.#received.indexOf(SEPARATOR);
      const length = /Content-Length: (\d+)/.exec(this.#received.toString("latin1", 0, headEnd));
      const from = headEnd + SEPARATOR.length;
      const to = from + Number(length?.[1]);
      if (headEnd < 0 || this.#received.length < to) {
        return;
      }
      this.#take(JSON.parse(this.#received.toString("utf8", from, to)));
      this.#received = this.#received.subarray(to);
    }
  }

  #take({ id, method, params, ...answer }: Message): void {
    if (method === undefined) {
      this.#answers.get(Number(id))?.(answer);
      this.#answers.delete(Number(id));
    } else if (id !== undefined) {
      // The server asks too, such as for the settings: there are none.
      this.#send({ id, result: params?.items?.map(() => null) ?? null });
    }
  }
}
