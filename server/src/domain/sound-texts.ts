const MAX_TEXTS = 256;
const MAX_LENGTH = 64;

/**
 * Remembers short texts that passed a check. Names of queues and types, media types and the like come
 * again with every task, as one and the same string, and a look at a set costs a tenth of a check.
 */
export class SoundTexts {
  readonly #check: (text: string) => boolean;
  readonly #texts = new Set<string>();

  /** @param check depends on nothing but the text */
  constructor(check: (text: string) => boolean) {
    this.#check = check;
  }

  /** Whether the text passes the check. */
  has(text: string): boolean {
    return this.#texts.has(text) || this.#passes(text);
  }

  #passes(text: string): boolean {
    const isSound = this.#check(text);
    if (isSound && text.length <= MAX_LENGTH) {
      if (this.#texts.size === MAX_TEXTS) {
        this.#texts.clear();
      }
      this.#texts.add(text);
    }
    return isSound;
  }
}
