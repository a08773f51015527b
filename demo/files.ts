import { type Dirent, readdirSync } from "node:fs";
import { join, relative } from "node:path";

// What builds and installs leave behind, in the languages of this repository.
const SKIPPED_FOLDERS = new Set(["node_modules", "dist", "data", "target", "build", "__pycache__"]);

/**
 * Lists the regular files below a folder, by path relative to it, sorted. Skips what builds leave
 * behind and folders whose name begins with a dot, and does not follow links.
 */
export function listFiles(folder: string): string[] {
  return walk(folder)
    .map((path) => relative(folder, path))
    .sort();
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry: Dirent) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const isSkipped = entry.name.startsWith(".") || SKIPPED_FOLDERS.has(entry.name);
      return isSkipped ? [] : walk(path);
    }
    return entry.isFile() ? [path] : [];
  });
}
