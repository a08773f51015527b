import { type Token, tokensOf } from "./tokens.ts";

/** The names that may be read and written where a piece of pseudo-code stands. */
export interface Scope {
  /** Whether the name stands for something. */
  knows(name: string): boolean;
  /** Makes a name stand for something, unless it does. */
  declare(name: string): void;
}

/** What is read, with what would write it. */
interface Written {
  readonly js: string;
  readonly assign?: (value: string, sign: string) => string;
}

const CONSTANTS: Readonly<Record<string, string>> = {
  none: "null",
  true: "true",
  false: "false",
  now: "$now()",
};
const LEVELS: readonly Readonly<Record<string, string>>[] = [
  { or: "||" },
  { and: "&&" },
  { "==": "===", ">": ">", "≥": ">=" },
  { "+": "+", "−": "-" },
  { "×": "*" },
];
const COMPARING = 2;

/** Writes an expression or an assignment in JavaScript; throws where it is neither. */
export function toJavaScript(text: string, scope: Scope): string {
  return new Parser(tokensOf(text), scope).statement();
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #scope: Scope;
  #at = 0;

  constructor(tokens: readonly Token[], scope: Scope) {
    this.#tokens = tokens;
    this.#scope = scope;
  }

  statement(): string {
    const js = this.#assignment();
    if (this.#at !== this.#tokens.length) {
      throw new Error(`what is ${JSON.stringify(this.#next?.text)} here?`);
    }
    return js;
  }

  get #next(): Token | undefined {
    return this.#tokens[this.#at];
  }

  /** Whether the name before `=` is one of its own, which then comes to be. */
  #assignment(): string {
    const [first, second] = this.#tokens.slice(this.#at);
    if (first?.kind === "word" && second?.text === "=") {
      this.#scope.declare(first.text);
    }
    const target = this.#choice();
    const sign = this.#next?.text;
    if (sign !== "=" && sign !== "+=") {
      return target.js;
    }
    if (target.assign === undefined) {
      throw new Error(`nothing can be given to ${target.js}`);
    }
    this.#at += 1;
    return target.assign(this.#assignment(), sign);
  }

  #choice(): Written {
    const value = this.#level(0);
    if (!this.#takes("if")) {
      return value;
    }
    const condition = this.#level(0);
    this.#expect("else");
    return { js: `(${condition.js} ? ${value.js} : ${this.#choice().js})` };
  }

  #level(level: number): Written {
    const signs = LEVELS[level];
    if (signs === undefined) {
      return this.#unary();
    }
    let left = this.#level(level + 1);
    for (let sign = this.#next?.text ?? ""; ; sign = this.#next?.text ?? "") {
      if (level === COMPARING && this.#takes("in")) {
        left = { js: `${this.#level(level + 1).js}.has(${left.js})` };
      } else if (Object.hasOwn(signs, sign)) {
        this.#at += 1;
        left = { js: `(${left.js} ${signs[sign]} ${this.#level(level + 1).js})` };
      } else {
        return left;
      }
    }
  }

  #unary(): Written {
    if (this.#takes("not")) {
      return { js: `!(${this.#level(COMPARING).js})` };
    }
    if (this.#takes("await")) {
      return { js: `(await ${this.#unary().js})` };
    }
    return this.#postfix();
  }

  #postfix(): Written {
    let value = this.#primary();
    for (;;) {
      if (this.#takes(".")) {
        value = assignable(`${value.js}.${this.#word()}`);
      } else if (this.#takes("(")) {
        value = { js: `${value.js}(${this.#list(")").join(", ")})` };
      } else if (this.#takes("[")) {
        value = entryOf(value.js, this.#list("]").join());
      } else {
        return value;
      }
    }
  }

  #primary(): Written {
    const token = this.#next;
    this.#at += 1;
    if (token?.kind === "number" || token?.kind === "string") {
      return { js: token.text };
    }
    if (token?.kind === "word") {
      return this.#named(token.text);
    }
    switch (token?.text) {
      case "(": {
        const { js } = this.#choice();
        this.#expect(")");
        return { js: `(${js})` };
      }
      case "|": {
        const { js } = this.#choice();
        this.#expect("|");
        return { js: `$size(${js})` };
      }
      case "[":
        return { js: `[${this.#list("]").join(", ")}]` };
      case "{": {
        const fields = this.#fields();
        return { js: fields === "" ? "new $Table()" : `{ ${fields} }` };
      }
      default:
        throw new Error(`a value is missing before ${JSON.stringify(token?.text ?? "the end")}`);
    }
  }

  #named(name: string): Written {
    if (this.#takes("{")) {
      return { js: `$message("${name}", { ${this.#fields()} })` };
    }
    const constant = CONSTANTS[name];
    if (constant !== undefined) {
      return { js: constant };
    }
    if (!this.#scope.knows(name)) {
      throw new Error(`nothing is called ${name}`);
    }
    return assignable(name);
  }

  #fields(): string {
    const fields: string[] = [];
    while (!this.#takes("}")) {
      const name = this.#word();
      const value = this.#takes(":") ? this.#choice().js : this.#named(name).js;
      fields.push(`${name}: ${value}`);
      this.#takes(",");
    }
    return fields.join(", ");
  }

  #list(end: string): string[] {
    const items: string[] = [];
    while (!this.#takes(end)) {
      items.push(this.#choice().js);
      this.#takes(",");
    }
    return items;
  }

  #word(): string {
    const token = this.#next;
    if (token?.kind !== "word") {
      throw new Error(`a name is missing before ${JSON.stringify(token?.text ?? "the end")}`);
    }
    this.#at += 1;
    return token.text;
  }

  #takes(text: string): boolean {
    const isNext = this.#next?.kind !== "string" && this.#next?.text === text;
    this.#at += isNext ? 1 : 0;
    return isNext;
  }

  #expect(text: string): void {
    if (!this.#takes(text)) {
      throw new Error(`${text} is missing before ${JSON.stringify(this.#next?.text ?? "the end")}`);
    }
  }
}

function assignable(js: string): Written {
  return { js, assign: (value, sign) => `${js} ${sign} ${value}` };
}

function entryOf(table: string, key: string): Written {
  return { js: `${table}.get(${key})`, assign: (value) => `${table}.set(${key}, ${value})` };
}
