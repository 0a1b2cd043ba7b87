import { quoted } from '../printable.ts';

const NAMED = 3;

/** Gives every component of a document a reference of its own, whatever the document says. */
export class References {
  readonly #taken = new Set<string>();
  readonly #doubles = new Set<string>();
  #made = 0;

  /** The one that is written, where there is one that no component before it has. */
  take(written: unknown): string {
    if (typeof written === 'string' && written !== '') {
      if (!this.#taken.has(written)) return this.#keep(written);
      this.#doubles.add(written);
    }
    for (;;) {
      this.#made += 1;
      const own = `component ${String(this.#made)}`;
      if (!this.#taken.has(own)) return this.#keep(own);
    }
  }

  /** What stands for more than one. */
  problems(): readonly string[] {
    if (this.#doubles.size === 0) return [];
    const names = [...this.#doubles].slice(0, NAMED).map(quoted).join(', ');
    const rest = this.#doubles.size > NAMED ? ` and ${String(this.#doubles.size - NAMED)} more` : '';
    return [`it gives one reference to several components: ${names}${rest}`];
  }

  #keep(reference: string): string {
    this.#taken.add(reference);
    return reference;
  }
}
