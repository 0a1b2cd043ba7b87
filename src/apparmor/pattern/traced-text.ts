import type { ByteText } from '../../core/byte-text.ts';

/** A text made of another one, each character with the offset that it came from. */
export interface TracedText {
  readonly text: ByteText;
  readonly origins: readonly number[];
}

/** Collects a {@link TracedText}. */
export class TracedTextBuilder {
  readonly #pieces: string[] = [];
  readonly #origins: number[] = [];
  #last = '';

  add(text: string, origin: number): void {
    if (text === '') return;
    this.#pieces.push(text);
    for (let index = 0; index < text.length; index += 1) this.#origins.push(origin);
    this.#last = text.charAt(text.length - 1);
  }

  /** The last character so far; empty at the start. */
  get last(): string {
    return this.#last;
  }

  done(): TracedText {
    return { text: this.#pieces.join(''), origins: this.#origins };
  }
}
