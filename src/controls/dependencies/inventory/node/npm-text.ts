import { quoted } from '../printable.ts';
import type { InventoryProblem } from '../package.ts';

/** A scope and a name, or a name alone, without what would make it a path or an address. */
export interface NamedReference {
  readonly name: string;
  readonly reference: string;
}

/** "Names must be less than or equal to 214 characters" (npm-docs, package.json, "name"). */
const NAME_LIMIT_CHARACTERS = 214;
/** No version, range or address that anybody writes is longer. */
const TEXT_LIMIT_CHARACTERS = 2048;
/** What validate-npm-package-name takes of old packages too: URL-safe characters, and neither `.` nor `_` in front. */
const NAME = /^(?:@[\w.~!'()*-]+\/)?[A-Za-z0-9~!'()*-][\w.~!'()*-]*$/;
const NO_PACKAGES: ReadonlySet<string> = new Set(['node_modules', 'favicon.ico']);
const CONTROL = /\p{Cc}/u;

/** Whether a package can have this name; `../x` and `__proto__` are none. */
export function isPackageName(text: string): boolean {
  return text.length <= NAME_LIMIT_CHARACTERS && NAME.test(text) && !NO_PACKAGES.has(text);
}

/** Cuts `name@reference` at the `@` that is not the scope's; `undefined` where no name stands in front. */
export function splitNamed(text: string): NamedReference | undefined {
  const at = text.indexOf('@', 1);
  const name = at < 0 ? text : text.slice(0, at);
  return isPackageName(name) ? { name, reference: at < 0 ? '' : text.slice(at + 1) } : undefined;
}

/** The value as a text that can be shown and compared; `undefined` for anything else. */
export function plainText(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '' || value.length > TEXT_LIMIT_CHARACTERS) return undefined;
  return CONTROL.test(value) ? undefined : value;
}

/** A problem at a place whose line may be unknown. */
export function problemAt(path: string, line: number | undefined, message: string): InventoryProblem {
  return { where: line === undefined ? { path } : { path, line }, message };
}

/** The sentence about a package that is left out for its name. */
export function badName(text: string): string {
  return `${quoted(text)} is no name of a package; it is left out.`;
}

/** By code unit: the same on every machine. */
export function byText(a: string, b: string): number {
  return Number(a > b) - Number(a < b);
}
