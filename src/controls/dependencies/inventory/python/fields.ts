/** A table of TOML or an object of JSON, of which nothing is known yet. */
export type Table = Readonly<Record<string, unknown>>;

export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What the table itself has there: never something that all objects have. */
export function fieldOf(table: Table, name: string): unknown {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** An empty text counts as none. */
export function textOf(table: Table, name: string): string | undefined {
  const value = fieldOf(table, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Without any entries if there is no such table. */
export function tableOf(table: Table, name: string): Table {
  const value = fieldOf(table, name);
  return isTable(value) ? value : {};
}

/** Empty if there is no such list. */
export function listOf(table: Table, name: string): readonly unknown[] {
  const value: unknown = fieldOf(table, name);
  return Array.isArray(value) ? value : [];
}

/** Only the texts of a list. */
export function textsOf(table: Table, name: string): readonly string[] {
  return listOf(table, name).filter((item) => typeof item === 'string');
}
