import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";

/** A prepared statement that changes something. */
export class Change<Parameters extends readonly SQLInputValue[]> {
  readonly #prepared: StatementSync;

  constructor(db: DatabaseSync, sql: string) {
    this.#prepared = db.prepare(sql);
  }

  /** Its text. */
  get sql(): string {
    return this.#prepared.sourceSQL;
  }

  /** Runs it, and says what it changed. */
  run(...parameters: Parameters): { changes: number; lastInsertRowid: number } {
    // Numbers, since setReadBigInts is never called.
    return this.#prepared.run(...parameters) as { changes: number; lastInsertRowid: number };
  }
}

/**
 * A prepared statement that returns rows. Takes them as arrays and names their columns itself:
 * node:sqlite makes each column's name anew for each row, which doubles the cost of a wide one.
 */
export class Query<Parameters extends readonly SQLInputValue[], Row> {
  readonly #prepared: StatementSync;
  readonly #rowOf: (values: SQLOutputValue[]) => Row;

  /** @param rowOf makes a row of its columns' values, where there is a faster way than by their names */
  constructor(db: DatabaseSync, sql: string, rowOf?: (values: SQLOutputValue[]) => Row) {
    this.#prepared = db.prepare(sql);
    this.#prepared.setReturnArrays(true);
    this.#rowOf = rowOf ?? byName(this.#prepared.columns().map(({ name }) => name));
  }

  /** Its text. */
  get sql(): string {
    return this.#prepared.sourceSQL;
  }

  /** Returns the first row, or undefined. */
  get(...parameters: Parameters): Row | undefined {
    const values = this.#prepared.get(...parameters) as unknown as SQLOutputValue[] | undefined;
    return values === undefined ? undefined : this.#rowOf(values);
  }

  /** Returns every row. */
  all(...parameters: Parameters): Row[] {
    const rows = this.#prepared.all(...parameters) as unknown as SQLOutputValue[][];
    return rows.map(this.#rowOf);
  }
}

function byName<Row>(columns: readonly string[]): (values: SQLOutputValue[]) => Row {
  return (values) => {
    const row: Record<string, SQLOutputValue> = {};
    for (let at = 0; at < columns.length; at += 1) {
      row[columns[at] as string] = values[at] as SQLOutputValue;
    }
    return row as Row;
  };
}
