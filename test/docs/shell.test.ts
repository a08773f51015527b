import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type DispatcherUnderTest, startTestDispatcher } from "../support/dispatcher.ts";
import { ReflectedClient, type Reply } from "../support/grpc/reflected-client.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/shell.md"), "utf8");
const lines = [...page.matchAll(/^```sh\n((?:.|\n)*?)^```/gm)].flatMap(([, block = ""]) =>
  block.trimEnd().split("\n"),
);

/** What a line of the page asks grpcurl for. */
function parse(line: string, id: string) {
  const [, assigned, frames, data, verb, name] =
    /^(id=\$\()?(?:\(echo '(.*)'; sleep \d+\) \| )?grpcurl -plaintext (?:-d (?:'(.*)'|@) )?127\.0\.0\.1:7400 (?:(list|describe) ?)?([\w./]*)(?: \| jq (?:-r \.receipt\.taskId\)|-c '[^']*'))?$/.exec(
      line,
    ) ?? [];
  assert.notEqual(name, undefined, `not understood: ${line}`);
  const text = (frames ?? data ?? "").replaceAll(`'$id'`, id);
  const messages = text === "" ? [] : text.split(/(?<=\}) (?=\{)/).map((each) => JSON.parse(each));
  return { isAssigned: assigned !== undefined, verb: verb ?? "call", name: name ?? "", messages };
}

function partOf(reply: Reply | undefined, name: string): Reply {
  return (reply?.[name] ?? {}) as Reply;
}

describe("docs/shell.md", () => {
  let dispatcher: DispatcherUnderTest;
  let client: ReflectedClient;

  before(async () => {
    dispatcher = await startTestDispatcher();
    client = new ReflectedClient(dispatcher.address);
  });

  after(async () => {
    client?.close();
    await dispatcher?.stop();
  });

  it("has commands that work, by reflection alone", async () => {
    const replies = new Map<string, Reply[]>();
    let id = "";
    for (const line of lines) {
      const { isAssigned, verb, name, messages } = parse(line, id);
      if (verb === "list") {
        assert.ok((await client.services()).includes("baton.v1.TaskService"));
      } else if (verb === "describe") {
        assert.ok(Object.keys(await client.methods(name)).includes("Submit"));
      } else {
        const answers = await client.call(name, messages);
        replies.set(name, answers);
        id = isAssigned ? String(partOf(answers[0], "receipt").taskId) : id;
      }
    }
    const [submitted] = replies.get("baton.v1.TaskService/Submit") ?? [];
    assert.equal(partOf(submitted, "receipt").deduplicated, true);
    const leased = replies.get("baton.v1.WorkerService/Lease") ?? [];
    assert.deepEqual(
      leased.map(({ frame }) => frame),
      ["welcome", "grant"],
    );
    const watched = replies.get("baton.v1.TaskService/Watch") ?? [];
    assert.equal(partOf(watched.at(-1), "task").state, "TASK_STATE_CANCELLED");
    const settings = (name: string): Reply =>
      partOf(partOf(replies.get(`baton.v1.QueueService/${name}`)?.[0], "queue"), "settings");
    // The mask of the second call took the rate away, and left the limit.
    assert.deepEqual(
      [settings("UpdateQueue").concurrencyLimit, settings("UpdateQueue").rateLimit],
      [5, null],
    );
    assert.deepEqual(
      [settings("PauseQueue").paused, settings("ResumeQueue").paused],
      [true, false],
    );
    const [{ keys = [] } = {}] = replies.get("baton.v1.QueueService/ListQueueKeys") ?? [];
    assert.deepEqual(
      (keys as readonly Reply[]).map(({ key }) => key),
      ["tenant-7"],
    );
    assert.equal(replies.get("baton.v1.QueueService/DeleteQueue")?.[0]?.deleted, true);
    const [{ workers = [] } = {}] = replies.get("baton.v1.WorkerAdminService/ListWorkers") ?? [];
    assert.ok(Array.isArray(workers));
    assert.equal(replies.size, 15);
  });
});
