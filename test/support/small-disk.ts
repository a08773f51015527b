import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A small file system in memory. */
export interface SmallDisk {
  readonly folder: string;
  /** Takes all room that is left, as another program might. */
  fill(): void;
  /** Gives that back. */
  empty(): void;
  /** Lets nobody write to it, or all again. */
  setReadOnly(isReadOnly: boolean): void;
  unmount(): void;
}

const CHUNK = Buffer.alloc(64 * 1024, "x");

/** Mounts a small file system, which only root may; null where that is not possible. */
export function mountSmallDisk(mebibytes: number): SmallDisk | null {
  const folder = mkdtempSync(join(tmpdir(), "baton-disk-"));
  try {
    const options = ["-t", "tmpfs", "-o", `size=${mebibytes}m`, "tmpfs", folder];
    execFileSync("mount", options, { stdio: "ignore" });
  } catch {
    rmSync(folder, { recursive: true });
    return null;
  }
  const filler = join(folder, "filler");
  return {
    folder,
    fill: () => {
      for (const bytes of [CHUNK, CHUNK.subarray(0, 4096)]) {
        append(filler, bytes);
      }
    },
    empty: () => rmSync(filler),
    setReadOnly: (isReadOnly) => {
      const mode = isReadOnly ? "ro" : "rw";
      execFileSync("mount", ["-o", `remount,${mode}`, folder], { stdio: "ignore" });
    },
    unmount: () => {
      execFileSync("umount", [folder]);
      rmSync(folder, { recursive: true });
    },
  };
}

/** Appends until that fails. */
function append(path: string, bytes: Buffer): void {
  for (;;) {
    try {
      writeFileSync(path, bytes, { flag: "a" });
    } catch {
      return;
    }
  }
}
