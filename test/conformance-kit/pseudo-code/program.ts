import { type Scope, toJavaScript } from "./expressions.ts";
import { splitOutside } from "./tokens.ts";

/** A line with all that belongs to it. */
interface Line {
  /** In the block, from 1. */
  readonly number: number;
  readonly indent: number;
  readonly text: string;
  readonly inside: Line[];
}

const BLOCK = /<!-- executed by test\/conformance-kit\/pseudo-code\.test\.ts -->\n```\n(.*?)```\n/s;
const HEADER = /^(if|else if|until|for|match|after|every|on) (.+)$/s;
const FUNCTION = /^([a-z_]+)(?:\(([a-z_, ]*)\))?:$/;
const NAME = /^[a-z_]+$/;
const COLON = /: |:$/y;
const SEMICOLON = /; /y;
const ARROW = / → /y;

/** The pseudo-code of a page; throws where there is none. */
export function blockOf(page: string): string {
  const [, block] = BLOCK.exec(page) ?? [];
  if (block === undefined) {
    throw new Error("the page has no pseudo-code");
  }
  return block;
}

/**
 * Turns pseudo-code into the body of a JavaScript function that returns its `main`.
 *
 * @param provided the names that it may use beside its own
 * @throws naming the line that it does not understand
 */
export function programOf(block: string, provided: readonly string[]): string {
  const lines = treeOf(block);
  const state = lines.filter(({ text }) => text.includes(" = "));
  const others = lines.filter(({ text }) => !text.includes(" = "));
  const functions = others.map(({ text }) => FUNCTION.exec(text)?.[1] ?? "");
  const known = new Set([...provided, ...functions]);
  const globals: Scope = { knows: (name) => known.has(name), declare: (name) => known.add(name) };
  const js = state.map((line) => within(line, () => stateOf(line, globals)));
  for (const line of others) {
    js.push(within(line, () => topLevel(line, globals)));
  }
  return ['"use strict";', ...js, "return main;"].join("\n");
}

function stateOf({ text }: Line, globals: Scope): string {
  const variables = splitOutside(text, SEMICOLON).map((each) => toJavaScript(each, globals));
  return `let ${variables.join(", ")};`;
}

function topLevel(line: Line, globals: Scope): string {
  const [, name, parameters = ""] = FUNCTION.exec(line.text) ?? [];
  const [, word, rest = ""] = HEADER.exec(line.text) ?? [];
  const head = rest.replace(/:$/, "");
  if (name !== undefined) {
    return `${bodyOf(line.inside, globals, `function ${name}`, parameters)}`;
  }
  if (word === "every") {
    return `$every(${toJavaScript(head, globals)}, ${bodyOf(line.inside, globals, "function")});`;
  }
  if (word === "on" && /^[A-Z]+$/.test(head)) {
    return `$on("${head}", ${bodyOf(line.inside, globals, "function")});`;
  }
  throw new Error("it begins nothing that is known");
}

/** A function with names of its own; one that waits is asynchronous. */
function bodyOf(lines: readonly Line[], outer: Scope, head: string, parameters = ""): string {
  const own = new Set(parameters.split(",").map((each) => each.trim()));
  const locals = new Set<string>();
  const scope: Scope = {
    knows: (name) => own.has(name) || outer.knows(name),
    declare: (name) => {
      if (!scope.knows(name)) {
        own.add(name);
        locals.add(name);
      }
    },
  };
  const js = all(lines, scope);
  const declared = locals.size === 0 ? "" : `let ${[...locals].join(", ")};\n`;
  return `${/\bawait\b/.test(js) ? "async " : ""}${head}(${parameters}) {\n${declared}${js}\n}`;
}

function all(lines: readonly Line[], scope: Scope): string {
  return lines.map((line) => within(line, () => statements(line, scope))).join("\n");
}

/** A header with what follows it, or statements with `;` between them. */
function statements(line: Line, scope: Scope): string {
  const { text } = line;
  if (HEADER.test(text) || /^else:/.test(text)) {
    const [head = "", inline] = splitOutside(text, COLON, 2);
    const body =
      inline === undefined || inline === ""
        ? line.inside
        : [{ ...line, text: inline, inside: line.inside }];
    return headed(head, body, scope);
  }
  if (line.inside.length > 0) {
    throw new Error("nothing belongs under it");
  }
  return splitOutside(text, SEMICOLON)
    .map((each) =>
      HEADER.test(each) ? statements({ ...line, text: each }, scope) : simple(each, scope),
    )
    .join("\n");
}

function headed(head: string, body: readonly Line[], scope: Scope): string {
  if (body.length === 0) {
    throw new Error("nothing follows it");
  }
  const [, word = "else", rest = ""] = HEADER.exec(head) ?? [];
  switch (word) {
    case "if":
    case "else if":
      return `${word} (${toJavaScript(rest, scope)}) {\n${all(body, scope)}\n}`;
    case "else":
      return `else {\n${all(body, scope)}\n}`;
    case "until":
      return `while (!(${toJavaScript(rest, scope)})) {\n${all(body, scope)}\n}`;
    case "for":
      return loop(rest, body, scope);
    case "match":
      return `switch ($kindOf(${toJavaScript(rest, scope)})) {\n${arms(body, scope)}\n}`;
    case "after":
      return `$after(${toJavaScript(rest, scope)}, () => {\n${all(body, scope)}\n});`;
    default:
      throw new Error(`${word} cannot stand here`);
  }
}

function loop(rest: string, body: readonly Line[], scope: Scope): string {
  const [, isAwaited, name = "", list = ""] = /^(await )?(\w+) in (.+)$/s.exec(rest) ?? [];
  if (!NAME.test(name)) {
    throw new Error(`${name} is no name`);
  }
  scope.declare(name);
  return `for ${isAwaited ?? ""}(const each of ${toJavaScript(list, scope)}) {\n${name} = each;\n${all(body, scope)}\n}`;
}

/** `Name → what is done`, which may go on in lines under it. */
function arms(lines: readonly Line[], scope: Scope): string {
  return lines
    .map((line) =>
      within(line, () => {
        const [name = "", what] = splitOutside(line.text, ARROW, 2);
        if (what === undefined || !/^[A-Za-z]+$/.test(name)) {
          throw new Error("it is no case");
        }
        const first = statements({ ...line, text: what, inside: [] }, scope);
        const label = name === "else" ? "default" : `case "${name}"`;
        return `${label}: {\n${first}\n${all(line.inside, scope)}\nbreak;\n}`;
      }),
    )
    .join("\n");
}

function simple(text: string, scope: Scope): string {
  if (text === "ignore") {
    return ";";
  }
  if (text === "return") {
    return "return;";
  }
  return text.startsWith("return ")
    ? `return ${toJavaScript(text.slice("return ".length), scope)};`
    : `${toJavaScript(text, scope)};`;
}

function treeOf(block: string): Line[] {
  const root: Line = { number: 0, indent: -1, text: "", inside: [] };
  const open = [root];
  for (const { number, indent, text } of joined(block)) {
    while ((open.at(-1)?.indent ?? -1) >= indent) {
      open.pop();
    }
    const line: Line = { number, indent, text, inside: [] };
    open.at(-1)?.inside.push(line);
    open.push(line);
  }
  return root.inside;
}

/** Lines without their comments; one in which a bracket stays open goes on in the next. */
function joined(block: string): { number: number; indent: number; text: string }[] {
  const lines: { number: number; indent: number; text: string }[] = [];
  let isOpen = false;
  for (const [at, raw] of block.split("\n").entries()) {
    const text = raw.replace(/(^| {2,})#.*$/, "").trimEnd();
    const last = lines.at(-1);
    if (isOpen && last !== undefined) {
      last.text += ` ${text.trim()}`;
    } else if (text !== "") {
      lines.push({
        number: at + 1,
        indent: text.length - text.trimStart().length,
        text: text.trim(),
      });
    }
    const { text: sofar = "" } = lines.at(-1) ?? {};
    isOpen = (sofar.match(/[([{]/g)?.length ?? 0) > (sofar.match(/[)\]}]/g)?.length ?? 0);
  }
  return lines;
}

function within(line: Line, write: () => string): string {
  try {
    return write();
  } catch (error) {
    if (error instanceof NotUnderstood) {
      throw error;
    }
    throw new NotUnderstood(line, error);
  }
}

class NotUnderstood extends Error {
  constructor(line: Line, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`line ${line.number} of the pseudo-code, ${JSON.stringify(line.text)}: ${why}`, {
      cause,
    });
    this.name = "NotUnderstood";
  }
}
