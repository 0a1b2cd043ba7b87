import { type ByteText, shown } from '../../core/byte-text.ts';
import { type Effort, findText } from '../pattern/compare.ts';
import { Neighbours } from '../pattern/neighbours.ts';
import { isExact, parsePattern, type Pattern } from '../pattern/pattern.ts';
import { isAtLeast } from './dialect.ts';
import type { DraftBase } from './draft-base.ts';
import type { Token } from './lexer/token.ts';
import { PATTERN_LIMIT_CHARACTERS } from './limits.ts';
import type { Problems } from './problems.ts';
import type { Dialect } from './syntax.ts';

export interface ExecEntry {
  readonly pattern: ByteText;
  /** What `change_profile` goes to; the parser puts it behind the first and a NUL. */
  readonly second?: ByteText;
  /** How a program goes on: two rules with the same do not contradict each other. */
  readonly key: string;
  readonly base: Pick<DraftBase, 'effect' | 'priority'>;
  readonly owner: 'owner' | 'other' | undefined;
  readonly token: Token;
}

interface Compiled {
  readonly entry: ExecEntry;
  readonly first: Pattern;
  readonly second: Pattern | undefined;
  readonly isExact: boolean;
}

/**
 * Rules for the same path must agree on how what is executed goes on; only a path without wildcards beats one with
 * (accept_perms() of libapparmor_re/hfa.cc, and apparmor.d(5), “Exec conflicts”). From 4.1 on higher priority wins, too.
 */
export class ExecConflicts {
  readonly #entries: ExecEntry[] = [];
  readonly #dialect: Dialect;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  add(entry: ExecEntry): void {
    if (entry.base.effect !== 'deny') this.#entries.push(entry);
  }

  report(problems: Problems, effort: Effort): void {
    const keys = new Set(this.#entries.map(({ key }) => key));
    if (keys.size < 2) return;
    const compiled = compileAll(this.#entries, this.#dialect);
    const buckets = new Buckets(compiled);
    for (const [order, later] of compiled.entries()) {
      const conflict = conflictOf(later, buckets.before(order, later, effort), effort);
      if (conflict === undefined) continue;
      const { token } = later.entry;
      const where = token.source.position(token.start);
      if (conflict === 'unknown') {
        problems.warning(UNCHECKED, where);
        return;
      }
      problems.error(conflictProblem(conflict.entry, later.entry), where);
    }
  }
}

const UNCHECKED = {
  code: 'exec-unchecked',
  message:
    'the exec modes of the policy are too many to be compared with each other: from here on it is not known whether they contradict each other',
  hint: 'let apparmor_parser -Q say it, or write fewer patterns with exec modes',
};

/** Entries that begin alike and go on alike. */
interface Bucket {
  readonly key: string;
  readonly entries: { readonly order: number; readonly compiled: Compiled }[];
}

/** An exact path never contradicts a pattern, and nothing contradicts what goes on alike: neither is compared. */
class Buckets {
  readonly #exact = new Neighbours<Bucket>();
  readonly #globs = new Neighbours<Bucket>();

  constructor(all: readonly Compiled[]) {
    const known = new Map<string, Bucket>();
    for (const [order, compiled] of all.entries()) {
      const { key } = compiled.entry;
      for (const prefix of compiled.first.prefixes) {
        const id = `${String(compiled.isExact)}\0${prefix}\0${key}`;
        let bucket = known.get(id);
        if (bucket === undefined) {
          bucket = { key, entries: [] };
          known.set(id, bucket);
          this.#of(compiled).add([prefix], bucket);
        }
        bucket.entries.push({ order, compiled });
      }
    }
  }

  /** Those before an entry that may match the same. */
  *before(order: number, one: Compiled, effort: Effort): Generator<Compiled> {
    for (const bucket of this.#of(one).near(one.first.prefixes)) {
      effort.left -= 1;
      if (bucket.key === one.entry.key) continue;
      for (const earlier of bucket.entries) {
        if (earlier.order >= order) break;
        yield earlier.compiled;
      }
    }
  }

  #of({ isExact: isOneExact }: Compiled): Neighbours<Bucket> {
    return isOneExact ? this.#exact : this.#globs;
  }
}

function conflictOf(later: Compiled, before: Iterable<Compiled>, effort: Effort): Compiled | 'unknown' | undefined {
  for (const earlier of before) {
    effort.left -= 1;
    if (effort.left <= 0) return 'unknown';
    if (!mayConflict(earlier, later)) continue;
    const isOverlapping = overlaps(earlier, later, effort);
    if (isOverlapping === undefined) return 'unknown';
    if (isOverlapping) return earlier;
  }
  return effort.left <= 0 ? 'unknown' : undefined;
}

function conflictProblem(earlier: ExecEntry, later: ExecEntry): { code: string; message: string; hint: string } {
  const { path, line } = earlier.token.source.position(earlier.token.start);
  return {
    code: 'exec-conflict',
    message: `“${shown(later.pattern)}” and “${shown(earlier.pattern)}” (${path}:${line}) match the same path and go on differently`,
    hint: 'give both the same exec mode, or make one of them a path without wildcards',
  };
}

function compileAll(entries: readonly ExecEntry[], dialect: Dialect): Compiled[] {
  const known = new Map<string, Omit<Compiled, 'entry'> | undefined>();
  return entries.flatMap((entry) => {
    const id = `${entry.pattern}\0${entry.second ?? ''}`;
    if (!known.has(id)) known.set(id, compile(entry, dialect));
    const compiled = known.get(id);
    return compiled === undefined ? [] : [{ entry, ...compiled }];
  });
}

function compile({ pattern, second: target }: ExecEntry, dialect: Dialect): Omit<Compiled, 'entry'> | undefined {
  const options = { limitCharacters: PATTERN_LIMIT_CHARACTERS };
  const first = parsePattern(pattern, options);
  const second = target === undefined ? undefined : parsePattern(target, { ...options, areSlashesKept: true });
  if (first.kind === 'problem' || second?.kind === 'problem') return undefined;
  const both = [first.pattern, ...(second === undefined ? [] : [second.pattern])];
  const isClassExact = isAtLeast(dialect, '4.0');
  return {
    first: first.pattern,
    second: second?.pattern,
    isExact: both.every((one) => isExact(one, { isClassExact })),
  };
}

/** Whether there is a text that both match; `undefined` where the effort was spent before that was known. */
function overlaps(a: Compiled, b: Compiled, effort: Effort): boolean | undefined {
  const first = findText({ inAll: [a.first, b.first], universe: 'texts', effort }).kind;
  if (first === 'none') return false;
  if (a.second === undefined || b.second === undefined) return first === 'unknown' ? undefined : true;
  const second = findText({ inAll: [a.second, b.second], universe: 'texts', effort }).kind;
  if (second === 'none') return false;
  return first === 'unknown' || second === 'unknown' ? undefined : true;
}

function mayConflict(a: Compiled, b: Compiled): boolean {
  const [one, other] = [a.entry, b.entry];
  if (one.key === other.key || a.isExact !== b.isExact) return false;
  if ((one.second === undefined) !== (other.second === undefined)) return false;
  if (one.base.priority !== other.base.priority || one.base.effect !== other.base.effect) return false;
  return one.owner === undefined || other.owner === undefined || one.owner === other.owner;
}
