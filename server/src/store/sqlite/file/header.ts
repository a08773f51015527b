import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { StoreOpenError } from "../../store.ts";
import { APPLICATION_ID } from "./migrations.ts";

const MAGIC = Buffer.from("SQLite format 3\0", "latin1");
const HEADER_BYTES = 100;
const WRITE_VERSION_AT = 18;
const NEWEST_WRITE_VERSION = 2;
const USER_VERSION_AT = 60;
const APPLICATION_ID_AT = 68;
/** Where the first page has its kind, and how many entries the list of tables has there. */
const PAGE_KIND_AT = 100;
const ENTRIES_AT = 103;
const READ_BYTES = 105;
const INTERIOR_PAGE = 5;

/**
 * Refuses a file that is not ours before SQLite opens it, which would change it and leave a journal beside it.
 * Where a journal is there already, only SQLite can tell what the file holds.
 *
 * @throws StoreOpenError
 */
export function refuseForeignFile(path: string): void {
  const bytes = readStart(path);
  if (bytes.length === 0) {
    return;
  }
  if (!hasHeader(bytes)) {
    throw new StoreOpenError(`${path} is not a SQLite database`);
  }
  const isOurs = bytes.readUInt32BE(APPLICATION_ID_AT) === APPLICATION_ID;
  if (!isOurs && !existsSync(`${path}-wal`) && isUsed(bytes)) {
    throw new StoreOpenError(`${path} is another program's database`);
  }
}

function hasHeader(bytes: Buffer): boolean {
  return (
    bytes.length >= HEADER_BYTES &&
    bytes.subarray(0, MAGIC.length).equals(MAGIC) &&
    bytes.readUInt8(WRITE_VERSION_AT) <= NEWEST_WRITE_VERSION
  );
}

function isUsed(bytes: Buffer): boolean {
  const hasTables =
    bytes.length >= READ_BYTES &&
    (bytes[PAGE_KIND_AT] === INTERIOR_PAGE || bytes.readUInt16BE(ENTRIES_AT) > 0);
  return hasTables || bytes.readUInt32BE(USER_VERSION_AT) !== 0;
}

function readStart(path: string): Buffer {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(READ_BYTES);
    return bytes.subarray(0, readSync(file, bytes, 0, READ_BYTES, 0));
  } finally {
    closeSync(file);
  }
}
