import { PackageURL } from 'packageurl-js';
import { normalName } from '../advisory/package-name.ts';

/** What a statement calls a product or a part of one. */
export interface Identifier {
  /** Canonical: equal ones are equal texts. */
  readonly text: string;
  /** Where it is a package URL (ECMA-427). */
  readonly purl?: Purl;
}

export interface Purl {
  /** Type and name as its ecosystem compares names: `pypi/flask-thing`, `npm/@scope/name`, `deb/curl`. */
  readonly key: string;
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
    const key = keyOf(parsed);
    const purl = { key, type, namespace, name, version, qualifiers: new Map(Object.entries(qualifiers)), subpath };
    return { text: parsed.toString(), purl };
  } catch {
    return undefined;
  }
}

/** More are begun anew: `remembered` is for few long texts, and these are many short ones. */
const KNOWN_LIMIT = 50_000;
const known = new Map<string, Identifier | undefined>();

/** The same for identifiers that are looked at again and again. */
export function read(text: string): Identifier | undefined {
  if (known.has(text)) return known.get(text);
  if (known.size >= KNOWN_LIMIT) known.clear();
  const identifier = identifierOf(text);
  known.set(text, identifier);
  return identifier;
}

/** The canonical form of npm's names is in small letters; the namespace of a distribution's package says whose it is. */
function keyOf({ type, namespace, name }: PackageURL): string {
  if (type === 'deb') return `deb/${name}`;
  const whole = namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;
  return `${type}/${type === 'pypi' ? normalName('PyPI', whole) : whole.toLowerCase()}`;
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
