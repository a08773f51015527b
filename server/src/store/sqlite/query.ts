import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";

/** A prepared statement that changes something. */
export class Change<Parameters extends readonly SQLInputValue[]> {
  private readonly prepared: StatementSync;

  constructor(db: DatabaseSync, sql: string) {
    this.prepared = db.prepare(sql);
  }

  /** Its text. */
  get sql(): string {
    return this.prepared.sourceSQL;
  }

  /** Runs it, and says what it changed. */
  run(...parameters: Parameters): { changes: number; lastInsertRowid: number } {
    // Numbers, since setReadBigInts is never called.
    return this.prepared.run(...parameters) as { changes: number; lastInsertRowid: number };
  }
}

/**
 * A prepared statement that returns rows. Takes them as arrays and names their columns itself:
 * node:sqlite makes each column's name anew for each row, which doubles the cost of a wide one.
 */
export class Query<Parameters extends readonly SQLInputValue[], Row> {
  private readonly prepared: StatementSync;
  private readonly columns: readonly string[];

  constructor(db: DatabaseSync, sql: string) {
    this.prepared = db.prepare(sql);
    this.prepared.setReturnArrays(true);
    this.columns = this.prepared.columns().map(({ name }) => name);
  }

  /** Its text. */
  get sql(): string {
    return this.prepared.sourceSQL;
  }

  /** Returns the first row, or undefined. */
  get(...parameters: Parameters): Row | undefined {
    const values = this.prepared.get(...parameters) as unknown as SQLOutputValue[] | undefined;
    return values === undefined ? undefined : this.rowOf(values);
  }

  /** Returns every row. */
  all(...parameters: Parameters): Row[] {
    const rows = this.prepared.all(...parameters) as unknown as SQLOutputValue[][];
    return rows.map((values) => this.rowOf(values));
  }

  private rowOf(values: readonly SQLOutputValue[]): Row {
    const row: Record<string, SQLOutputValue> = {};
    for (const [index, column] of this.columns.entries()) {
      row[column] = values[index] as SQLOutputValue;
    }
    return row as Row;
  }
}
