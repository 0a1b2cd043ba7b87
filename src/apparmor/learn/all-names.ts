import { type ByteText, commonPrefix, compareBytes } from '../../core/byte-text.ts';
import type { Segment } from './places.ts';
import { leastLength, sharedPrefix } from './shape.ts';

const ENDING = /^\.[A-Za-z0-9]{1,8}[#~]?$/;
const LONGEST_ENDING = 10;

/** What names have in common. */
interface Summary {
  readonly prefix: ByteText;
  /** Characters of the shortest. */
  readonly shortest: number;
  /** With nothing for names that have none. */
  readonly endings: ReadonlySet<ByteText>;
  /** The least place of a last point in a name that has one. */
  readonly leastPoint: number;
  readonly hasHidden: boolean;
}

/** Names that stand together are asked for again with every run that is held out. */
const known = new WeakMap<readonly Segment[], Summary>();

/** Names of one folder, some of which stand together already. */
export class AllNames {
  readonly #together: readonly (readonly Segment[])[];
  readonly #summaries: readonly Summary[];

  constructor(together: readonly (readonly Segment[])[]) {
    this.#together = together;
    this.#summaries = together.map(summaryOf);
  }

  sharedPrefix(): ByteText {
    const shortest = this.#summaries.reduce((least, one) => Math.min(least, one.shortest), Infinity);
    return sharedPrefix(
      this.#summaries.map(({ prefix }) => prefix),
      shortest,
    );
  }

  /** Their extensions, each once and sorted, where they begin behind the first characters. */
  endings(from: number): readonly ByteText[] {
    const all = new Set<ByteText>();
    for (const [index, { endings, leastPoint }] of this.#summaries.entries()) {
      const own =
        from <= leastPoint ? endings : (this.#together[index] ?? []).map(({ name = '' }) => endingOf(name, from));
      for (const ending of own) all.add(ending);
    }
    return [...all].sort(compareBytes);
  }

  hasHidden(): boolean {
    return this.#summaries.some(({ hasHidden }) => hasHidden);
  }
}

function summaryOf(segments: readonly Segment[]): Summary {
  const there = known.get(segments);
  if (there !== undefined) return there;
  const names = segments.map(({ name = '' }) => name);
  const endings = names.map((name) => endingOf(name, 0));
  const summary = {
    prefix: names.reduce(commonPrefix, names[0] ?? ''),
    shortest: leastLength(names),
    endings: new Set(endings),
    leastPoint: names.reduce(
      (least, name) => (name.includes('.') ? Math.min(least, name.lastIndexOf('.')) : least),
      Infinity,
    ),
    hasHidden: names.some((name) => name.startsWith('.')),
  };
  known.set(segments, summary);
  return summary;
}

/** What an extension is, behind the first characters of a name; nothing where it has none. */
function endingOf(name: ByteText, from: number): ByteText {
  const point = name.lastIndexOf('.');
  return point < from || point < name.length - LONGEST_ENDING ? '' : (ENDING.exec(name.slice(point))?.[0] ?? '');
}
