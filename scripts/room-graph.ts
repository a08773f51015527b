import { components, type ImportGraph } from "./import-graph.ts";

/** What stands in a drawing: folders, or files beside them, that are drawn as one. */
interface Room {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  /** The rooms below that it imports from, without those that another of them imports from. */
  readonly below: readonly string[];
}

/** The folders inside of which a drawing shows the rooms; of each the title. */
interface Floor {
  readonly title: string;
  /** What has a frame around it: its name, and which rooms. */
  readonly frame?: { readonly name: string; readonly holds: (room: string) => boolean };
  /** The name of the room of a file; null for a file that is not on this floor. */
  readonly roomOf: (file: string) => string | null;
}

/** Files beside rooms: above them all, below them all, or the file itself where it is neither. */
const ABOVE = "(above)";
const BELOW = "(below)";
const MOST_NAMES = 4;
const OTHER_PACKAGES = ["proto", "worker-sdk"];

/** The lines of all drawings: one of everything, then one of every room that has rooms inside. */
export function drawings(graph: ImportGraph): string[] {
  const files = [...graph.keys()];
  return [wholeHouse, ...roomsWithRooms(files).map(inside)].flatMap((floor) => draw(floor, graph));
}

/** Every package, and of the server every room. */
const wholeHouse: Floor = {
  title: "Everything",
  frame: { name: "server", holds: (room) => !OTHER_PACKAGES.includes(room) },
  roomOf: (file) => {
    const [pack = "", , ...path] = file.split("/");
    return pack === "server" ? (path[0] ?? null) : pack;
  },
};

function inside(folder: string): Floor {
  return {
    title: `Inside \`${folder}\``,
    roomOf: (file) =>
      file.startsWith(`${folder}/`) ? (file.slice(folder.length + 1).split("/")[0] ?? null) : null,
  };
}

/** The folders with two folders or more inside; not the server's own, which the first drawing shows. */
function roomsWithRooms(files: readonly string[]): string[] {
  const inner = new Map<string, Set<string>>();
  for (const file of files) {
    const parts = file.split("/").slice(0, -1);
    for (let depth = 2; depth < parts.length; depth += 1) {
      const folder = parts.slice(0, depth).join("/");
      inner.set(folder, (inner.get(folder) ?? new Set()).add(parts[depth] ?? ""));
    }
  }
  return [...inner]
    .filter(([folder, rooms]) => rooms.size > 1 && folder !== "server/src")
    .map(([folder]) => folder)
    .sort();
}

function draw(floor: Floor, graph: ImportGraph): string[] {
  const rooms = roomsOf(floor, graph).reverse();
  const { name, holds } = floor.frame ?? { name: "", holds: () => false };
  const nodes = (chosen: readonly Room[]) => chosen.map(({ id, label }) => `  ${id}["${label}"]`);
  const framed = nodes(rooms.filter((room) => holds(room.name)));
  const lines = [
    ...(framed.length === 0 ? [] : [`  subgraph ${name}`, ...framed, "  end"]),
    ...nodes(rooms.filter((room) => !holds(room.name))),
    ...rooms.flatMap(({ id, below }) => below.map((target) => `  ${id} --> ${target}`)),
  ];
  return ["", `${floor.title}:`, "", "```mermaid", "flowchart TD", ...lines, "```"];
}

/** The rooms of a floor, those that are imported before those that import them. */
export function roomsOf({ roomOf }: Floor, graph: ImportGraph): Room[] {
  const flat = contract(graph, roomOf);
  const names = namesBeside(flat);
  const rooms = contract(flat, (name) => names.get(name) ?? name);
  const groups = components(rooms);
  const groupOf = new Map(groups.flatMap((group) => group.map((name) => [name, group])));
  const whole = contract(rooms, (name) => (groupOf.get(name) ?? [name]).join(" and "));
  const membersOf = (beside: string) => [...names].filter(([, name]) => name === beside);
  return components(whole).map(([name = ""]) => ({
    id: idOf(name),
    name,
    label: name
      .split(" and ")
      .map((part) =>
        labelOf(
          part,
          membersOf(part).map(([file]) => file),
        ),
      )
      .join(" and "),
    below: reduced(whole, name).map(idOf),
  }));
}

/** The same graph with several nodes drawn as one; null leaves a node out. */
function contract(
  graph: ReadonlyMap<string, ReadonlySet<string>>,
  nameOf: (node: string) => string | null,
): Map<string, Set<string>> {
  const contracted = new Map<string, Set<string>>();
  for (const [node, targets] of graph) {
    const from = nameOf(node);
    if (from !== null) {
      const below = contracted.get(from) ?? new Set();
      contracted.set(from, below);
      for (const target of targets) {
        const to = nameOf(target);
        if (to !== null && to !== from) {
          below.add(to);
        }
      }
    }
  }
  return contracted;
}

/** Of the files that stand beside folders, whether they are above all folders or below. */
function namesBeside(flat: ReadonlyMap<string, ReadonlySet<string>>): Map<string, string> {
  const isFile = (name: string): boolean => name.endsWith(".ts");
  const folders = [...flat.keys()].filter((name) => !isFile(name));
  const reachedByFolders = new Set(folders.flatMap((folder) => [...reach(flat, folder)]));
  const names = new Map<string, string>();
  for (const file of [...flat.keys()].filter(isFile)) {
    if (!reachedByFolders.has(file)) {
      names.set(file, ABOVE);
    } else if ([...reach(flat, file)].every(isFile)) {
      names.set(file, BELOW);
    }
  }
  return names;
}

/** Whatever a node imports from, also by way of others. */
function reach(graph: ReadonlyMap<string, ReadonlySet<string>>, node: string): Set<string> {
  const reached = new Set<string>();
  const open = [...(graph.get(node) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (!reached.has(next)) {
      reached.add(next);
      open.push(...(graph.get(next) ?? []));
    }
  }
  return reached;
}

/** What a node imports from, without what it reaches by way of another of these. */
function reduced(graph: ReadonlyMap<string, ReadonlySet<string>>, node: string): string[] {
  const targets = [...(graph.get(node) ?? [])].sort();
  const indirect = new Set(targets.flatMap((target) => [...reach(graph, target)]));
  return targets.filter((target) => !indirect.has(target));
}

function labelOf(name: string, files: readonly string[]): string {
  if (files.length === 0) {
    return name;
  }
  const shown = files.slice(0, MOST_NAMES).join(", ");
  return files.length > MOST_NAMES ? `${shown} and ${files.length - MOST_NAMES} more` : shown;
}

function idOf(name: string): string {
  return `room_${name.replaceAll(/\W+/g, "_")}`;
}
