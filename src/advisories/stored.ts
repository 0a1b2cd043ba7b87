import type { AffectedRange, RangeEvent, SeverityScore, VersionNames } from '../core/advisory.ts';

/*
 * What syncing writes into the index, and what is taken out of it again. Asking for ten thousand packages brings thousands of rows,
 * so their shapes are looked at by hand; a file that somebody else wrote or damaged is not believed all the same.
 */

export interface StoredAdvisory {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly modified: string;
  readonly scores: readonly SeverityScore[];
}

/** The index holds something that syncing doesn't write. */
export class DamagedIndexError extends Error {}

export function storedAdvisory(json: string): StoredAdvisory {
  const value = parse(json);
  if (!isObject(value)) throw damaged('an advisory');
  const { id, aliases, modified, scores } = value;
  if (typeof id !== 'string' || typeof modified !== 'string') throw damaged('an advisory');
  if (!isList(aliases, isText) || !isList(scores, isScore)) throw damaged(`the advisory ${id}`);
  return { id, aliases, modified, scores };
}

export function storedRanges(json: string): readonly AffectedRange[] {
  const value = parse(json);
  if (!isList(value, isRange)) throw damaged('the ranges of an advisory');
  return value;
}

export function storedScores(json: string): readonly SeverityScore[] {
  const value = parse(json);
  if (!isList(value, isScore)) throw damaged('the scores of an advisory');
  return value;
}

const LINE_END = '\n';

/** As {@link storedVersions} takes them; no version that is installed anywhere has a line end in it. */
export function toLines(versions: readonly string[]): string {
  const lines = versions.filter((version) => !version.includes(LINE_END));
  return lines.length === 0 ? '' : ['', ...lines, ''].join(LINE_END);
}

/** Lists are long and seldom decide: they stay the text that they are. */
export function storedVersions(lines: string): VersionNames {
  return { includes: (name) => lines.includes(`${LINE_END}${name}${LINE_END}`) };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new DamagedIndexError('it holds a row that is not JSON', { cause: error });
  }
}

function damaged(what: string): DamagedIndexError {
  return new DamagedIndexError(`it holds ${what}, and not as syncing writes it`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isList<Item>(value: unknown, isItem: (item: unknown) => item is Item): value is readonly Item[] {
  return Array.isArray(value) && value.every(isItem);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isScore(value: unknown): value is SeverityScore {
  return isObject(value) && isText(value['type']) && isText(value['score']);
}

function isRange(value: unknown): value is AffectedRange {
  return isObject(value) && isList(value['events'], isEvent) && isList(value['limits'], isText);
}

const KINDS: readonly unknown[] = ['introduced', 'fixed', 'last-affected'] satisfies readonly RangeEvent['kind'][];

function isEvent(value: unknown): value is RangeEvent {
  return isObject(value) && KINDS.includes(value['kind']) && isText(value['version']);
}
