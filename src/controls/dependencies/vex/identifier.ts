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
