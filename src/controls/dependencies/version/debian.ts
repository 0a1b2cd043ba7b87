import { VERSION_LIMIT_CHARACTERS, type VersionScheme } from './scheme.ts';

export interface DebianVersion {
  readonly epoch: number;
  readonly upstream: string;
  /** Empty when there is none, which is as much as `0`. */
  readonly revision: string;
}

/** INT_MAX: dpkg takes no greater epoch (parseversion() of its lib/dpkg/parsehelp.c). */
const MOST_EPOCH = 2_147_483_647;
const TILDE = '~';
const BEFORE_THE_END = -1;
/** Letters come before everything that is no letter. */
const AFTER_LETTERS = 256;

/** The versions of Debian packages, as dpkg orders them. */
export const debianVersions: VersionScheme<DebianVersion> = { parse, compare, spell };

/** What dpkg itself only warns of (characters that should not be there) is taken, and compared as dpkg compares it. */
function parse(text: string): DebianVersion | undefined {
  const whole = text.trim();
  if (text.length > VERSION_LIMIT_CHARACTERS || /\s/.test(whole)) return undefined;
  const colon = whole.indexOf(':');
  const epoch = colon < 0 ? '0' : whole.slice(0, colon);
  const rest = whole.slice(colon + 1);
  const dash = rest.lastIndexOf('-');
  const upstream = dash < 0 ? rest : rest.slice(0, dash);
  const revision = dash < 0 ? undefined : rest.slice(dash + 1);
  if (!/^[0-9]+$/.test(epoch) || Number(epoch) > MOST_EPOCH || upstream === '' || revision === '') return undefined;
  return { epoch: Number(epoch), upstream, revision: revision ?? '' };
}

function compare(a: DebianVersion, b: DebianVersion): number {
  return a.epoch - b.epoch || orderText(a.upstream, b.upstream) || orderText(a.revision, b.revision);
}

function spell({ epoch, upstream, revision }: DebianVersion): string {
  return `${String(epoch)}:${spellText(upstream)}-${spellText(revision)}`;
}

/** Numbers without zeros in front; where a text ends and a number could follow, dpkg takes the end for a zero. */
function spellText(text: string): string {
  return (/[0-9]$/.test(text) ? text : `${text}0`).replace(/0*([0-9]+)/g, '$1');
}

/** "Sorting algorithm" of deb-version(7): by turns what is no digit, by the order below, and digits, by their number. */
function orderText(a: string, b: string): number {
  let [atA, atB] = [0, 0];
  while (atA < a.length || atB < b.length) {
    while ((atA < a.length && !isDigit(a, atA)) || (atB < b.length && !isDigit(b, atB))) {
      const result = weight(a, atA) - weight(b, atB);
      if (result !== 0) return result;
      atA += 1;
      atB += 1;
    }
    const [endA, endB] = [endOfDigits(a, atA), endOfDigits(b, atB)];
    const result = orderDigits(a.slice(atA, endA), b.slice(atB, endB));
    if (result !== 0) return result;
    [atA, atB] = [endA, endB];
  }
  return 0;
}

function isDigit(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= ZERO && code <= NINE;
}

const ZERO = 48;
const NINE = 57;

/** A tilde comes before the end, the end before letters. */
function weight(text: string, index: number): number {
  const character = text[index];
  if (character === undefined || isDigit(text, index)) return 0;
  if (character === TILDE) return BEFORE_THE_END;
  const code = character.charCodeAt(0);
  return /[A-Za-z]/.test(character) ? code : code + AFTER_LETTERS;
}

function endOfDigits(text: string, start: number): number {
  let end = start;
  while (end < text.length && isDigit(text, end)) end += 1;
  return end;
}

/** By number, whatever its length. */
function orderDigits(a: string, b: string): number {
  const [own, other] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  return own.length - other.length || Number(own > other) - Number(own < other);
}
