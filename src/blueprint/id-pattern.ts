const SLASH = '/';

type Token = { readonly kind: 'literal'; readonly unit: string } | { readonly kind: 'one' | 'segment' | 'anything' };

/** A pattern over finding ids: `*` and `?` stand for anything but a slash, `**` for anything; the rest for itself. */
export class IdPattern {
  readonly #tokens: readonly Token[];
  /** What an id must start with; most ids are told apart here. */
  readonly #prefix: string;

  constructor(pattern: string) {
    this.#tokens = tokenize(pattern);
    this.#prefix = pattern.slice(0, pattern.search(/[*?]|$/));
  }

  /** Walks the id once with the set of all tokens that may come next: time is at most pattern × id. */
  matches(id: string): boolean {
    if (!id.startsWith(this.#prefix)) return false;
    let reached = this.#skipStars(new Set([this.#prefix.length]));
    for (const unit of id.slice(this.#prefix.length).split('')) {
      const next = new Set<number>();
      for (const at of reached) {
        const after = this.#advance(at, unit);
        if (after !== undefined) next.add(after);
      }
      if (next.size === 0) return false;
      reached = this.#skipStars(next);
    }
    return reached.has(this.#tokens.length);
  }

  #advance(at: number, unit: string): number | undefined {
    const token = this.#tokens[at];
    switch (token?.kind) {
      case undefined:
        return undefined;
      case 'literal':
        return token.unit === unit ? at + 1 : undefined;
      case 'one':
        return unit === SLASH ? undefined : at + 1;
      case 'segment':
        return unit === SLASH ? undefined : at;
      case 'anything':
        return at;
    }
  }

  /** A star may stand for nothing. */
  #skipStars(reached: ReadonlySet<number>): ReadonlySet<number> {
    const all = new Set<number>();
    for (const start of reached) {
      let at = start;
      while (!all.has(at)) {
        all.add(at);
        const kind = this.#tokens[at]?.kind;
        if (kind === 'segment' || kind === 'anything') at += 1;
      }
    }
    return all;
  }
}

function tokenize(pattern: string): readonly Token[] {
  return (pattern.match(/\*+|[^*]/gs) ?? []).flatMap((part): readonly Token[] => {
    if (part === '?') return [{ kind: 'one' }];
    if (part === '*') return [{ kind: 'segment' }];
    if (part.startsWith('*')) return [{ kind: 'anything' }];
    return [{ kind: 'literal', unit: part }];
  });
}
