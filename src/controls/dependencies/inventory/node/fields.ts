/** What of a parsed document's object is asked for; only own properties, so that `constructor` is a name like others. */
export function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}

/** The names and values of an object; none for what is no object. */
export function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value);
}

/** The names in several objects of one value, without doubles. */
export function namesIn(value: unknown, sections: readonly string[]): ReadonlySet<string> {
  return new Set(sections.flatMap((section) => entriesOf(field(value, section)).map(([name]) => name)));
}

export function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
