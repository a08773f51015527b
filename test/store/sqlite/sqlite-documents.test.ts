import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openSqlite } from "../../../server/src/store/sqlite/open.ts";
import { ManualClock } from "../../support/time/manual-clock.ts";
import { type DocumentsUnderTest, describeDocuments } from "../conformance/tasks/documents.ts";

describeDocuments({ name: "SQLite", start: async () => start() });

function start(): DocumentsUnderTest {
  const directory = mkdtempSync(join(tmpdir(), "baton-documents-"));
  const path = join(directory, "baton.db");
  const clock = new ManualClock();
  const open = () => openSqlite({ path, clock, synchronous: "NORMAL" });
  let opened = open();
  return {
    get documents() {
      return opened.documents;
    },
    another: async () => opened.documents,
    advance: async (ms) => clock.advance(ms),
    crash: async () => {
      await opened.store.close();
      opened = open();
      return opened.documents;
    },
    residue: async () => {
      await opened.store.close();
      const left = namesIn(path);
      opened = open();
      return left;
    },
    stop: async () => {
      await opened.store.close();
      rmSync(directory, { recursive: true });
    },
  };
}

function namesIn(path: string): string[] {
  using db = new DatabaseSync(path);
  return db
    .prepare("SELECT name FROM documents")
    .all()
    .map(({ name }) => String(name));
}
