import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type { Due } from "../../domain/task.ts";
import { putInRoom } from "../document-room.ts";
import type {
  Collection,
  Document,
  DocumentPut,
  DocumentRemoval,
  Documents,
  DueDocuments,
  PutOutcome,
} from "../documents.ts";
import type { Database } from "./client/database.ts";
import { Change, Query } from "./statements/query.ts";

/** A call returns no further documents once it has so many bytes. */
const MAX_BYTES = 8 * 1024 * 1024;

interface Row {
  readonly id: number;
  readonly name: string;
  readonly version: number;
  readonly body: Uint8Array;
}

/** The documents of one SQLite file: each method is one transaction. */
export class SqliteDocuments implements Documents {
  readonly #database: Database;
  readonly #statements: DocumentStatements;

  constructor(database: Database, connection: DatabaseSync) {
    this.#database = database;
    this.#statements = prepareDocumentStatements(connection);
  }

  nowMs(): Promise<number> {
    return this.#database.read((tx) => tx.nowMs);
  }

  put(collection: Collection, batch: readonly DocumentPut[]): Promise<PutOutcome[]> {
    return putInRoom(batch, {
      small: (puts) => this.#database.write((tx) => this.#putAll(collection, puts, tx.nowMs)),
      any: (puts) => this.#database.grow((tx) => this.#putAll(collection, puts, tx.nowMs)),
    });
  }

  get(collection: Collection, names: readonly string[]): Promise<(Document | null)[]> {
    return this.#database.read(() =>
      names.map((name) => {
        const row = this.#statements.find.get(collection.name, name);
        return row === undefined ? null : documentOf(row);
      }),
    );
  }

  list(collection: Collection, after: string | null, limit: number): Promise<Document[]> {
    return this.#database.read(() => {
      const found = this.#statements.list.all(collection.name, after ?? "", limit);
      return this.#readSome(found).map(documentOf);
    });
  }

  remove(collection: Collection, batch: readonly DocumentRemoval[]): Promise<boolean[]> {
    return this.#database.write(() =>
      batch.map(({ name, expectedVersion }) => {
        const removed = this.#statements.remove.run(collection.name, name, expectedVersion);
        return removed.changes > 0;
      }),
    );
  }

  due(collection: Collection, limit: number, hideMs: number): Promise<DueDocuments> {
    return this.#database.write((tx) => {
      const { nowMs } = tx;
      const rows = this.#readSome(this.#statements.due.all(collection.name, nowMs, limit));
      for (const { id } of rows) {
        this.#statements.hide.run(nowMs + hideMs, id);
      }
      const next = this.#statements.nextDue.get(collection.name)?.due_at ?? null;
      return {
        documents: rows.map(documentOf),
        nowMs,
        nextInMs: next === null ? null : Math.max(0, next - nowMs),
      };
    });
  }

  #putAll({ name }: Collection, batch: readonly DocumentPut[], nowMs: number): PutOutcome[] {
    return batch.map((put) => this.#putOne(name, put, nowMs));
  }

  /** Reads documents in order, as many as do not take too much. */
  #readSome(found: readonly { readonly id: number }[]): Row[] {
    const rows: Row[] = [];
    let bytes = 0;
    for (const { id } of found) {
      const row = bytes > MAX_BYTES ? undefined : this.#statements.findById.get(id);
      if (row === undefined) {
        break;
      }
      bytes += row.body.byteLength;
      rows.push(row);
    }
    return rows;
  }

  #putOne(collection: string, put: DocumentPut, nowMs: number): PutOutcome {
    const { name, body, expectedVersion } = put;
    const dueAt = dueAtOf(put.due, nowMs);
    const lowest = nowMs * 1_000;
    const row =
      expectedVersion === 0
        ? this.#statements.insert.get(collection, name, lowest, dueAt, body)
        : expectedVersion === null
          ? this.#statements.upsert.get(collection, name, lowest, dueAt, body)
          : this.#statements.update.get(lowest, dueAt, body, collection, name, expectedVersion);
    return row === undefined ? { kind: "conflict" } : { kind: "ok", version: row.version };
  }
}

function dueAtOf(due: Due | null, nowMs: number): number | null {
  switch (due?.kind) {
    case undefined:
      return null;
    case "now":
      return nowMs;
    case "after":
      return nowMs + due.delayMs;
    case "at":
      return due.atMs;
  }
}

function documentOf({ name, version, body }: Row): Document {
  return { name, version, body: Buffer.from(body.buffer, body.byteOffset, body.byteLength) };
}

type DocumentStatements = ReturnType<typeof prepareDocumentStatements>;

type Put = [string, string, number, number | null, Uint8Array];
type Update = [number, number | null, Uint8Array, string, string, number];

function prepareDocumentStatements(db: DatabaseSync) {
  const query = <Parameters extends readonly SQLInputValue[], Found>(sql: string) =>
    new Query<Parameters, Found>(db, sql);
  const change = <Parameters extends readonly SQLInputValue[]>(sql: string) =>
    new Change<Parameters>(db, sql);
  return {
    find: query<[string, string], Row>(
      "SELECT id, name, version, body FROM documents WHERE collection = ? AND name = ?",
    ),
    list: query<[string, string, number], { id: number }>(
      `SELECT id FROM documents WHERE collection = ? AND name > ?
       ORDER BY name LIMIT +?`,
    ),
    insert: query<Put, { version: number }>(
      `INSERT INTO documents (collection, name, version, due_at, body) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING RETURNING version`,
    ),
    upsert: query<Put, { version: number }>(
      `INSERT INTO documents (collection, name, version, due_at, body) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET version = max(version + 1, excluded.version),
         due_at = excluded.due_at, body = excluded.body RETURNING version`,
    ),
    update: query<Update, { version: number }>(
      `UPDATE documents SET version = max(version + 1, ?), due_at = ?, body = ?
       WHERE collection = ? AND name = ? AND version = ? RETURNING version`,
    ),
    remove: change<[string, string, number | null]>(
      `DELETE FROM documents
       WHERE collection = ?1 AND name = ?2 AND (?3 IS NULL OR version = ?3)`,
    ),
    due: query<[string, number, number], { id: number }>(
      `SELECT id FROM documents WHERE collection = ? AND due_at <= ?
       ORDER BY due_at LIMIT +?`,
    ),
    findById: query<[number], Row>("SELECT id, name, version, body FROM documents WHERE id = ?"),
    hide: change<[number, number]>("UPDATE documents SET due_at = ? WHERE id = ?"),
    nextDue: query<[string], { due_at: number }>(
      `SELECT due_at FROM documents WHERE collection = ? AND due_at IS NOT NULL
       ORDER BY due_at LIMIT 1`,
    ),
  };
}
