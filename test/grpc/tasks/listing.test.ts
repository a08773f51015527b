import assert from "node:assert/strict";
import { failureOf, type RequestOf } from "../../support/grpc/grpc-client.ts";
import { type BatonUnderTest, startBaton } from "../../support/grpc/grpc-server.ts";

type Spec = NonNullable<RequestOf<"TaskService", "Submit">["task"]>;

const TASK: Spec = { queue: "email", type: "send", payload: Buffer.from("hello") };
const MEBIBYTE = 1024 * 1024;

describe("TaskService.List", () => {
  let baton: BatonUnderTest;

  beforeEach(async () => {
    baton = await startBaton();
  });

  afterEach(() => baton?.stop());

  async function submit(spec: Spec = TASK): Promise<string> {
    const { receipt } = await baton.client.task("Submit", { task: spec });
    return receipt?.taskId ?? "";
  }

  it("lists a queue page by page, and every task once", async () => {
    const ids = new Set<string>();
    for (let count = 0; count < 7; count++) {
      ids.add(await submit({ ...TASK, labels: { team: "a" } }));
    }
    await submit({ ...TASK, labels: { team: "b" } });
    await submit({ ...TASK, queue: "other", labels: { team: "a" } });
    const filter = { queue: "email", labels: { team: "a" }, pageSize: 3 };
    const seen: string[] = [];
    let pageToken = "";
    do {
      const page = await baton.client.task("List", { ...filter, pageToken });
      assert.ok(page.tasks.length <= 3);
      seen.push(...page.tasks.map(({ id }) => id));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    assert.deepEqual(new Set(seen), ids);
    assert.equal(seen.length, 7);
  });

  it("refuses a page token with other filters, and takes it with another page size", async () => {
    await submit();
    await submit();
    const { nextPageToken: pageToken } = await baton.client.task("List", {
      queue: "email",
      pageSize: 1,
    });
    for (const filter of [
      { queue: "other" },
      { queue: "email", type: "send" },
      { queue: "email", states: ["TASK_STATE_READY" as const] },
      { queue: "email", labels: { a: "" } },
      { queue: "email", submittedFrom: { seconds: 1 } },
      { queue: "email", newestFirst: true },
      { queue: "email", workerId: "w" },
      { queue: "email", failureType: "Broken" },
    ]) {
      const failure = await failureOf(baton.client.task("List", { ...filter, pageToken }));
      assert.equal(failure.reason, "INVALID_PAGE_TOKEN");
    }
    const page = await baton.client.task("List", { queue: "email", pageSize: 2, pageToken });
    assert.equal(page.tasks.length, 1);
  });

  it("lists by state, type and time", async () => {
    const first = await submit();
    baton.clock.advance(10_000);
    const second = await submit({ ...TASK, type: "bounce" });
    const third = await submit({ ...TASK, delay: { seconds: 60 } });
    const list = async (filter: RequestOf<"TaskService", "List">): Promise<string[]> => {
      const { tasks } = await baton.client.task("List", { queue: "email", ...filter });
      return tasks.map(({ id }) => id);
    };
    assert.deepEqual(await list({ states: ["TASK_STATE_SCHEDULED"] }), [third]);
    assert.deepEqual(
      await list({ states: ["TASK_STATE_READY", "TASK_STATE_SCHEDULED"], type: "send" }),
      [first, third],
    );
    assert.deepEqual(await list({ states: ["TASK_STATE_READY"], newestFirst: true }), [
      second,
      first,
    ]);
    const seconds = baton.clock.nowMs() / 1_000 - 5;
    assert.deepEqual(await list({ submittedBefore: { seconds } }), [first]);
    assert.deepEqual(new Set(await list({ submittedFrom: { seconds } })), new Set([second, third]));
  });

  it("cuts a page that would be larger than a message may be", async () => {
    const payload = Buffer.alloc(MEBIBYTE);
    for (let count = 0; count < 6; count++) {
      await submit({ ...TASK, payload });
    }
    const filter = { queue: "email", includePayload: true };
    const first = await baton.client.task("List", filter);
    assert.equal(first.tasks.length, 3);
    assert.equal(first.tasks[0]?.payload.length, MEBIBYTE);
    const { tasks } = await baton.client.task("List", {
      ...filter,
      pageToken: first.nextPageToken,
    });
    assert.equal(tasks.length, 3);
  });
});
