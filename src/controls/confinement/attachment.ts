import type { ByteText } from '../../core/byte-text.ts';

/** More alternatives than this are not looked through: such a pattern is not understood, and is said to be so. */
const MOST_ALTERNATIVES = 1024;

type Unit =
  | { readonly kind: 'literal'; readonly character: string }
  | { readonly kind: 'set'; readonly has: (character: string) => boolean }
  /** `*`: any characters but a slash; `**`: any at all. */
  | { readonly kind: 'many'; readonly crosses: boolean };

/** How well a pattern fits a path: the characters it begins with before anything in it is variable. */
export type Fit =
  | { readonly kind: 'fits'; readonly literalCharacters: number; readonly isExact: boolean }
  | { readonly kind: 'no' }
  /** Written with variables, or with more alternatives than are looked through. */
  | { readonly kind: 'unclear' };

/** Whether a profile's attachment means a program (apparmor.d(5), "Globbing (AARE)"). */
export function fitOf(pattern: ByteText, path: ByteText): Fit {
  if (pattern.includes('@{')) return { kind: 'unclear' };
  const alternatives = expandBraces(pattern);
  if (alternatives === undefined) return { kind: 'unclear' };
  const fitting = alternatives.map(unitsOf).filter((units) => matches(units, path));
  if (fitting.length === 0) return { kind: 'no' };
  const lengths = fitting.map((units) => {
    const variable = units.findIndex(({ kind }) => kind !== 'literal');
    return variable === -1 ? units.length : variable;
  });
  return {
    kind: 'fits',
    literalCharacters: Math.max(...lengths),
    isExact: fitting.some((units) => units.every(({ kind }) => kind === 'literal')),
  };
}

/** `a{b,c}d` as `abd` and `acd`. */
function expandBraces(pattern: ByteText): readonly ByteText[] | undefined {
  const done: ByteText[] = [];
  const open: ByteText[] = [pattern];
  for (let current = open.pop(); current !== undefined; current = open.pop()) {
    const brace = firstBrace(current);
    if (brace === undefined) done.push(current);
    else
      for (const option of brace.options) open.push(current.slice(0, brace.start) + option + current.slice(brace.end));
    if (done.length + open.length > MOST_ALTERNATIVES) return undefined;
  }
  return done;
}

function firstBrace(
  pattern: ByteText,
): { readonly start: number; readonly end: number; readonly options: readonly ByteText[] } | undefined {
  let depth = 0;
  let [start, optionStart] = [-1, 0];
  const options: ByteText[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at];
    if (character === '\\') at += 1;
    else if (character === '{') {
      if (depth === 0) [start, optionStart] = [at, at + 1];
      depth += 1;
    } else if ((character === ',' && depth === 1) || (character === '}' && depth > 0)) {
      if (character === '}') depth -= 1;
      if (depth === 0 || character === ',') {
        options.push(pattern.slice(optionStart, at));
        optionStart = at + 1;
      }
      if (depth === 0) return { start, end: at + 1, options };
    }
  }
  return undefined;
}

function unitsOf(pattern: ByteText): readonly Unit[] {
  const units: Unit[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] ?? '';
    const end = character === '[' ? pattern.indexOf(']', at + 2) : -1;
    if (character === '\\') {
      at += 1;
      units.push({ kind: 'literal', character: pattern[at] ?? '\\' });
    } else if (character === '*') {
      const crosses = pattern[at + 1] === '*';
      if (crosses) at += 1;
      units.push({ kind: 'many', crosses });
    } else if (character === '?') units.push({ kind: 'set', has: (one) => one !== '/' });
    else if (end !== -1) {
      units.push({ kind: 'set', has: setOf(pattern.slice(at + 1, end)) });
      at = end;
    } else units.push({ kind: 'literal', character });
  }
  return units;
}

/** `[^a-c]` matches a slash as well (parser_regex.c). */
function setOf(written: ByteText): (character: string) => boolean {
  const isInverted = written.startsWith('^');
  const inner = isInverted ? written.slice(1) : written;
  const ranges: (readonly [string, string])[] = [];
  for (let at = 0; at < inner.length; at += 1) {
    const from = inner[at] ?? '';
    const isRange = inner[at + 1] === '-' && at + 2 < inner.length;
    ranges.push([from, isRange ? (inner[at + 2] ?? '') : from]);
    if (isRange) at += 2;
  }
  return (character) => ranges.some(([from, to]) => character >= from && character <= to) !== isInverted;
}

/** All places of the pattern at once: time is at most the product of both lengths. */
function matches(units: readonly Unit[], path: ByteText): boolean {
  let places = closure(new Set([0]), units);
  for (const character of path) {
    const next = new Set<number>();
    for (const place of places) {
      const unit = units[place];
      if (unit === undefined) continue;
      if (unit.kind === 'literal' && unit.character === character) next.add(place + 1);
      else if (unit.kind === 'set' && unit.has(character)) next.add(place + 1);
      else if (unit.kind === 'many' && (unit.crosses || character !== '/')) next.add(place);
    }
    places = closure(next, units);
    if (places.size === 0) return false;
  }
  return places.has(units.length);
}

/** `*` and `**` may stand for nothing. For a whole name they don't, but no path of a program has an empty one. */
function closure(places: ReadonlySet<number>, units: readonly Unit[]): Set<number> {
  const all = new Set(places);
  for (const place of all) if (units[place]?.kind === 'many') all.add(place + 1);
  return all;
}
