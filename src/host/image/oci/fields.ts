import { damaged } from '../refusal.ts';

/** A JSON object of somebody else's, read field by field. */
export class Fields {
  readonly #object: Readonly<Record<string, unknown>>;
  readonly #what: string;

  constructor(value: unknown, what: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw damaged(`${what} is not an object`);
    this.#object = Object.fromEntries(Object.entries(value));
    this.#what = what;
  }

  /** The object itself. */
  get value(): unknown {
    return this.#object;
  }

  has(name: string): boolean {
    return this.#get(name) !== undefined;
  }

  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined) throw damaged(`${this.#what} has no ${name}`);
    return value;
  }

  optionalText(name: string): string | undefined {
    const value = this.#get(name);
    if (value === undefined || typeof value === 'string') return value;
    throw damaged(`${name} of ${this.#what} is not a text`);
  }

  number(name: string): number {
    const value = this.#get(name);
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    throw damaged(`${name} of ${this.#what} is not a whole number`);
  }

  fields(name: string): Fields {
    return new Fields(this.#get(name), `${name} of ${this.#what}`);
  }

  optionalFields(name: string): Fields | undefined {
    return this.has(name) ? this.fields(name) : undefined;
  }

  list(name: string): readonly unknown[] {
    const value = this.#get(name);
    if (!Array.isArray(value)) throw damaged(`${name} of ${this.#what} is not a list`);
    return value;
  }

  texts(name: string): readonly string[] {
    return this.list(name).map((one) => {
      if (typeof one !== 'string') throw damaged(`${name} of ${this.#what} holds something else than texts`);
      return one;
    });
  }

  /** Written as null, as Go does for what is empty, is the same as not there. */
  #get(name: string): unknown {
    const value = Object.hasOwn(this.#object, name) ? this.#object[name] : undefined;
    return value === null ? undefined : value;
  }
}

export function parseJson(bytes: Uint8Array, what: string): unknown {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return value;
  } catch (error) {
    throw damaged(`${what} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
