import { VERSION_LIMIT_CHARACTERS, type VersionScheme } from './scheme.ts';

/** Numbers may have any length: what fits is a number, the rest is not cut off. */
type Numeral = number | bigint;

/** A version of PEP 440, taken apart so that comparing two needs no text any more. */
export interface PythonVersion {
  readonly epoch: Numeral;
  /** Without zeros at its end: 1.0 is 1. */
  readonly release: readonly Numeral[];
  readonly pre: Label | undefined;
  readonly post: Numeral | undefined;
  readonly dev: Numeral | undefined;
  /** Words and numbers of what stands behind `+`. */
  readonly local: readonly (string | Numeral)[] | undefined;
}

interface Label {
  readonly rank: number;
  readonly number: Numeral;
}

/** Appendix B of PEP 440 ("Parsing version strings with regular expressions"), blanks around it included. */
const VERSION = new RegExp(
  [
    /^\s*v?(?:(?<epoch>[0-9]+)!)?(?<release>[0-9]+(?:\.[0-9]+)*)/,
    /(?:[-_.]?(?<preWord>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?<pre>[0-9]+)?)?/,
    /(?:-(?<bare>[0-9]+)|[-_.]?(?<postWord>post|rev|r)[-_.]?(?<post>[0-9]+)?)?/,
    /(?:[-_.]?(?<devWord>dev)[-_.]?(?<dev>[0-9]+)?)?/,
    /(?:\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?\s*$/,
  ]
    .map(({ source }) => source)
    .join(''),
  'i',
);
const PLAIN_RELEASE = /^[0-9]+(?:\.[0-9]+)*$/;
const PLAIN = { epoch: 0, pre: undefined, post: undefined, dev: undefined, local: undefined } as const;
const RANKS: ReadonlyMap<string, number> = new Map([
  ['a', 1],
  ['alpha', 1],
  ['b', 2],
  ['beta', 2],
  ['c', 3],
  ['rc', 3],
  ['pre', 3],
  ['preview', 3],
]);
/** By rank. */
const SPELLINGS = ['', 'a', 'b', 'rc'] as const;
const SAFE_DIGITS = 15;

/** The versions of Python packages: https://peps.python.org/pep-0440/. */
export const pythonVersions: VersionScheme<PythonVersion> = { parse, compare, spell };

/** The same version without its local part, by which a distributor marks a build of its own. */
export function withoutLocal(version: PythonVersion): PythonVersion {
  return version.local === undefined ? version : { ...version, local: undefined };
}

function parse(text: string): PythonVersion | undefined {
  if (text.length > VERSION_LIMIT_CHARACTERS) return undefined;
  // Most versions are no more than that, and need no groups of an expression.
  if (PLAIN_RELEASE.test(text)) return { ...PLAIN, release: toRelease(text) };
  const parts = VERSION.exec(text)?.groups;
  if (parts === undefined) return undefined;
  const {
    epoch = '0',
    release = '',
    preWord,
    pre = '0',
    bare,
    postWord,
    post = '0',
    devWord,
    dev = '0',
    local,
  } = parts;
  return {
    epoch: numeral(epoch),
    release: toRelease(release),
    pre: preWord === undefined ? undefined : { rank: RANKS.get(preWord.toLowerCase()) ?? 0, number: numeral(pre) },
    post: bare !== undefined ? numeral(bare) : postWord === undefined ? undefined : numeral(post),
    dev: devWord === undefined ? undefined : numeral(dev),
    local: local?.toLowerCase().split(/[-_.]/).map(wordOrNumeral),
  };
}

/** PEP 440, "Normalization", and without the zeros at the end of a release. */
function spell({ epoch, release, pre, post, dev, local }: PythonVersion): string {
  return [
    epoch > 0 ? `${String(epoch)}!` : '',
    release.length === 0 ? '0' : release.join('.'),
    pre === undefined ? '' : `${SPELLINGS[pre.rank] ?? ''}${String(pre.number)}`,
    post === undefined ? '' : `.post${String(post)}`,
    dev === undefined ? '' : `.dev${String(dev)}`,
    local === undefined ? '' : `+${local.join('.')}`,
  ].join('');
}

function numeral(digits: string): Numeral {
  return digits.length <= SAFE_DIGITS ? Number(digits) : BigInt(digits);
}

function wordOrNumeral(text: string): string | Numeral {
  return /^[0-9]+$/.test(text) ? numeral(text) : text;
}

function toRelease(text: string): readonly Numeral[] {
  const release = text.split('.').map(numeral);
  return release.slice(0, release.findLastIndex((number) => number > 0) + 1);
}

/** "Summary of permitted suffixes and relative ordering" of PEP 440: dev < a < b < rc < nothing < post. */
function compare(a: PythonVersion, b: PythonVersion): number {
  return (
    order(a.epoch, b.epoch) ||
    orderRelease(a.release, b.release) ||
    orderPre(a, b) ||
    orderPresence(a.post, b.post) ||
    // A development release comes before the release that it develops.
    order(Number(a.dev === undefined), Number(b.dev === undefined)) ||
    order(a.dev ?? 0, b.dev ?? 0) ||
    orderLocal(a.local, b.local)
  );
}

function order(a: Numeral, b: Numeral): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

function orderRelease(a: readonly Numeral[], b: readonly Numeral[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const result = order(a[index] ?? 0, b[index] ?? 0);
    if (result !== 0) return result;
  }
  return 0;
}

const BEFORE_ALL = 0;
const AFTER_ALL = 9;

function orderPre(a: PythonVersion, b: PythonVersion): number {
  return order(preRank(a), preRank(b)) || order(a.pre?.number ?? 0, b.pre?.number ?? 0);
}

/** 1.dev1 comes before 1a1, and 1.post1 and 1 after all of its pre-releases. */
function preRank({ pre, post, dev }: PythonVersion): number {
  if (pre !== undefined) return pre.rank;
  return post === undefined && dev !== undefined ? BEFORE_ALL : AFTER_ALL;
}

/** What is absent comes first. */
function orderPresence(a: Numeral | undefined, b: Numeral | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return order(a, b);
}

/** "Local version identifiers" of PEP 440: numbers come after words, and a longer one after its own beginning. */
function orderLocal(a: PythonVersion['local'], b: PythonVersion['local']): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  for (const [index, part] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const result = orderPart(part, other);
    if (result !== 0) return result;
  }
  return a.length - b.length;
}

function orderPart(a: string | Numeral, b: string | Numeral): number {
  if (typeof a === 'string' && typeof b === 'string') return Number(a > b) - Number(a < b);
  if (typeof a === 'string') return -1;
  return typeof b === 'string' ? 1 : order(a, b);
}
