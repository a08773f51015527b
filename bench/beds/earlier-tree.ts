import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const REPOSITORY = join(import.meta.dirname, "../..");
const WORKSPACES = "@baton";

/** The sources of this repository as they were at a commit. */
export interface EarlierTree {
  readonly folder: string;
  /** What git calls it, short. */
  readonly commit: string;
  remove(): void;
}

/** Whether git here has a commit. */
export function hasCommit(ref: string): boolean {
  try {
    git("rev-parse", "--quiet", "--verify", `${ref}^{commit}`);
    return true;
  } catch {
    return false;
  }
}

/**
 * Unpacks a commit into a temporary folder. Its programs use the packages that are installed here; of the
 * workspaces they use its own.
 */
export function unpack(ref: string): EarlierTree {
  const commit = git("rev-parse", "--short", `${ref}^{commit}`).toString().trim();
  const folder = mkdtempSync(join(tmpdir(), "baton-earlier-"));
  execFileSync("tar", ["-x", "-C", folder], { input: git("archive", commit) });
  const [installed, modules] = [join(REPOSITORY, "node_modules"), join(folder, "node_modules")];
  mkdirSync(join(modules, WORKSPACES), { recursive: true });
  for (const name of readdirSync(installed)) {
    if (name !== WORKSPACES) {
      symlinkSync(join(installed, name), join(modules, name));
    }
  }
  for (const name of readdirSync(join(installed, WORKSPACES))) {
    // A link to a folder beside node_modules, here as there.
    symlinkSync(readlinkSync(join(installed, WORKSPACES, name)), join(modules, WORKSPACES, name));
  }
  return { folder, commit, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function git(...args: string[]): Buffer {
  return execFileSync("git", args, {
    cwd: REPOSITORY,
    maxBuffer: 1024 * 1024 * 1024,
    stdio: ["ignore", "pipe", "ignore"],
  });
}
