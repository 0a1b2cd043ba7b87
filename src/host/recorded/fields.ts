/** A JSON object whose fields are asked for one by one; an answer that isn't as it must be throws {@link BadField}. */
export class Fields {
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(value: unknown) {
    if (!isRecord(value)) throw new BadField('an object is expected');
    this.#fields = value;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#fields, name);
  }

  get(name: string): unknown {
    return this.has(name) ? this.#fields[name] : undefined;
  }

  text(name: string): string {
    const value = this.get(name);
    if (typeof value === 'string') return value;
    throw new BadField(`"${name}" must be a text`);
  }

  flag(name: string): boolean {
    const value = this.get(name);
    if (typeof value === 'boolean') return value;
    throw new BadField(`"${name}" must be true or false`);
  }

  count(name: string, max: number = Number.MAX_SAFE_INTEGER): number {
    const value = this.get(name);
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= max) return value;
    throw new BadField(`"${name}" must be a whole number from 0 to ${String(max)}`);
  }

  oneOf<Word extends string>(name: string, words: readonly Word[]): Word {
    const value = this.get(name);
    const word = words.find((one) => one === value);
    if (word !== undefined) return word;
    throw new BadField(`"${name}" must be one of ${words.join(', ')}`);
  }

  list(name: string): readonly unknown[] {
    const value: unknown = this.get(name);
    if (Array.isArray(value)) return value;
    throw new BadField(`"${name}" must be a list`);
  }
}

/** What a recording's text must not be like; the message says what was expected. */
export class BadField extends Error {
  override readonly name = 'BadField';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
