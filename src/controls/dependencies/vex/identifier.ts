import { PackageURL } from 'packageurl-js';

/** What a statement calls a product or a part of one. */
export interface Identifier {
  /** Canonical: equal ones are equal texts. */
  readonly text: string;
  /** Where it is a package URL (ECMA-427). */
  readonly purl?: Purl;
}

export interface Purl {
  readonly type: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string | undefined;
  readonly qualifiers: ReadonlyMap<string, string>;
  readonly subpath: string | undefined;
}

/** Reads an identifier; `undefined` for what claims to be a package URL and is none. All others are what they are. */
export function identifierOf(text: string): Identifier | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  if (!/^pkg:/i.test(trimmed)) return { text: trimmed };
  try {
    const parsed = PackageURL.fromString(trimmed);
    const { type, namespace = '', name, version, qualifiers = {}, subpath } = parsed;
    const purl = { type, namespace, name, version, qualifiers: new Map(Object.entries(qualifiers)), subpath };
    return { text: parsed.toString(), purl };
  } catch {
    return undefined;
  }
}

/** Whether what the blueprint names is what a statement means: a version or qualifier that it narrows itself by must be named. */
export function isDeclared({ text, purl }: Identifier, declared: Identifier): boolean {
  if (text === declared.text) return true;
  const other = declared.purl;
  if (purl === undefined || other === undefined) return false;
  if (purl.type !== other.type || purl.namespace !== other.namespace || purl.name !== other.name) return false;
  if (purl.version !== undefined && purl.version !== other.version) return false;
  if (purl.subpath !== undefined && purl.subpath !== other.subpath) return false;
  return [...purl.qualifiers].every(([key, value]) => other.qualifiers.get(key) === value);
}
