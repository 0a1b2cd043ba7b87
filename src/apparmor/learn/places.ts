import type { ByteText } from '../../core/byte-text.ts';
import { escapeName } from './escape.ts';

/** A part of a path between slashes, as a rule writes it. */
export interface Segment {
  /** The pattern as written, escaped. */
  readonly written: ByteText;
  /** The same without variables. */
  readonly expanded: ByteText;
  /** The name as it is; absent where the pattern stands for more than one. */
  readonly name?: ByteText;
  /** Why it stands for more than one; `place` where nothing is said. */
  readonly widening?: Widening;
}

/** Why a pattern is wider than a name, or that it isn't. */
export type Widening = 'none' | 'place' | 'shape' | 'folder' | 'tree';

export interface Placed {
  /** For the names of one folder mostly the same array. */
  readonly folder: readonly Segment[];
  /** Absent only where all of the path is. */
  readonly last: Segment | undefined;
  readonly isFolder: boolean;
}

export function segmentsOf({ folder, last }: Placed): readonly Segment[] {
  return last === undefined ? folder : [...folder, last];
}

/** Whether the profile's file has Debian's tunables, and so the variables that rules may be written with. */
export interface Vocabulary {
  readonly hasTunables: boolean;
}

interface Place {
  /** The first name of all that the expression matches. */
  readonly under: ByteText;
  readonly match: RegExp;
  /** What stands for what the expression matched. */
  readonly segments: readonly Segment[];
  /** Only for what its owner did: `@{HOME}` is the home of everybody. */
  readonly isOwnerOnly?: boolean;
}

/** Longer paths are no program's: PATH_MAX (linux/limits.h). */
export const MAX_PATH_BYTES = 4096;
const MAX_KNOWN_SEGMENTS = 100_000;
const MAX_KNOWN_FOLDERS = 20_000;
/** Deeper ones stay as they are. */
const MAX_DEPTH = 48;

const NUMBER = '[0-9]*';
/** All that is in it is one place, whatever it is called. */
const ZONEINFO = '/usr/share/zoneinfo/';

/** `tunables` of Debian: home, kernelvars, proc, run, multiarch. Expanded as they are there, but for `{[1-9],[1-9][0-9],…}`. */
function placesOf({ hasTunables }: Vocabulary): readonly Place[] {
  const segment = (variable: ByteText, expanded: ByteText): Segment => ({
    written: hasTunables ? variable : expanded,
    expanded,
  });
  const literal = (name: ByteText): Segment => ({ written: name, expanded: name, name });
  const home = hasTunables
    ? [{ written: '@{HOME}', expanded: '{home/*,root}' }]
    : [literal('home'), { written: '*', expanded: '*' }];
  const pid = segment('@{pid}', NUMBER);
  return [
    { under: 'home', match: /^\/home\/[^/]+(?=\/)/, segments: home, isOwnerOnly: true },
    ...(hasTunables ? [{ under: 'root', match: /^\/root(?=\/)/, segments: home, isOwnerOnly: true }] : []),
    {
      under: 'proc',
      match: /^\/proc\/\d+\/task\/\d+(?=\/)/,
      segments: [
        segment('@{PROC}', 'proc'),
        pid,
        literal('task'),
        hasTunables ? { written: '@{tid}', expanded: NUMBER } : pid,
      ],
    },
    { under: 'proc', match: /^\/proc\/\d+(?=\/)/, segments: [segment('@{PROC}', 'proc'), pid] },
    { under: 'proc', match: /^\/proc(?=\/)/, segments: [segment('@{PROC}', 'proc')] },
    {
      under: 'run',
      match: /^\/run\/user\/\d+(?=\/)/,
      segments: [segment('@{run}', 'run'), literal('user'), segment('@{uid}', NUMBER)],
    },
    { under: 'run', match: /^\/run(?=\/)/, segments: [segment('@{run}', 'run')] },
    // Which of them are read says where the machine stands, and in which language: tzfile(5), locale(7).
    {
      under: 'usr',
      match: /^\/usr\/share\/zoneinfo\/(?:[^/]+\/)*[^/]+$/,
      segments: [literal('usr'), literal('share'), literal('zoneinfo'), patternSegment('**')],
    },
    {
      under: 'usr',
      match: /^\/usr\/share\/locale\/[^/]+(?=\/)/,
      segments: [literal('usr'), literal('share'), literal('locale'), patternSegment('*')],
    },
    {
      under: 'usr',
      match: /^\/usr\/lib\/locale\/[^/]+(?=\/)/,
      segments: [literal('usr'), literal('lib'), literal('locale'), patternSegment('*')],
    },
    {
      under: 'usr',
      match: /^\/usr\/lib\/[a-z0-9_]+-linux-gnu[a-z0-9]*(?=\/)/,
      segments: [literal('usr'), literal('lib'), segment('@{multiarch}', '*-linux-gnu*')],
    },
    {
      under: 'lib',
      match: /^\/lib\/[a-z0-9_]+-linux-gnu[a-z0-9]*(?=\/)/,
      segments: [literal('lib'), segment('@{multiarch}', '*-linux-gnu*')],
    },
  ];
}

/** libfoo.so.1.2.3, libfoo-2.36.so.1: what changes with the next update (ld.so(8), dpkg-shlibdeps(1)). */
const LIBRARY = /^([^/]*?)\.so\.\d+(?:\.\d+)*$/;
/** `/sys/devices/pci0000:00/0000:00:02.0/…`: where a card sits. */
const SYS_DEVICES = /^\/sys\/devices\//;
const DEVICE_NUMBER = /[0-9a-f]{4}:[0-9a-f]{2}(?::[0-9a-f]{2}\.[0-9a-f])?|\d+/g;

/** Writes paths with what is the same on every machine and for every user. */
export class Places {
  /** By the first name of the paths that they match: most paths have none to be asked. */
  readonly #places: ReadonlyMap<ByteText, readonly Place[]>;
  /** Folders come again with every name in them. */
  readonly #folders = {
    owner: new Map<ByteText, readonly Segment[]>(),
    others: new Map<ByteText, readonly Segment[]>(),
  };
  readonly #known = new Map<ByteText, Segment>();

  constructor(vocabulary: Vocabulary) {
    this.#places = Map.groupBy(placesOf(vocabulary), ({ under }) => under);
  }

  place(path: ByteText, isOwner: boolean): Placed {
    const isFolder = path.endsWith('/');
    const start = path.lastIndexOf('/') + 1;
    const folder = isFolder ? undefined : this.#folder(path.slice(0, start), isOwner);
    if (folder === undefined) {
      const segments = this.#segments(path, isOwner);
      return { folder: segments.slice(0, -1), last: segments.at(-1), isFolder };
    }
    const name = path.slice(start);
    return { folder, last: SYS_DEVICES.test(path) ? deviceSegment(name) : this.#segment(name), isFolder };
  }

  /** What stands for a folder, whichever of its names is asked for; nothing where that makes a difference. */
  #folder(folder: ByteText, isOwner: boolean): readonly Segment[] | undefined {
    const folders = this.#folders[isOwner ? 'owner' : 'others'];
    const known = folders.get(folder);
    if (known !== undefined) return known;
    const segments = this.#segments(folder, isOwner);
    // Where slashes stand in a row, names without letters lie between them.
    if (folder.startsWith(ZONEINFO) || folder.endsWith('//') || segments.length >= MAX_DEPTH) return undefined;
    if (folders.size < MAX_KNOWN_FOLDERS) folders.set(folder, segments);
    return segments;
  }

  #segments(path: ByteText, isOwner: boolean): readonly Segment[] {
    const found = this.#placeOf(path, isOwner);
    const prefix = found?.match.exec(path)?.[0].length ?? 0;
    const rest = path.slice(prefix + 1, path.endsWith('/') ? -1 : undefined);
    const names = rest === '' ? [] : rest.split('/');
    if (names.length > MAX_DEPTH) return [...(found?.segments ?? []), patternSegment(escapeName(rest))];
    const inDevices = SYS_DEVICES.test(path);
    return [
      ...(found?.segments ?? []),
      ...names.map((name) => (inDevices ? deviceSegment(name) : this.#segment(name))),
    ];
  }

  #placeOf(path: ByteText, isOwner: boolean): Place | undefined {
    const places = this.#places.get(path.slice(1, path.indexOf('/', 1)));
    return places?.find(({ match, isOwnerOnly }) => (isOwner || isOwnerOnly !== true) && match.test(path));
  }

  #segment(name: ByteText): Segment {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const made = librarySegment(name);
    if (this.#known.size < MAX_KNOWN_SEGMENTS) this.#known.set(name, made);
    return made;
  }
}

function literalSegment(name: ByteText): Segment {
  const written = escapeName(name);
  return { written, expanded: written, name };
}

function librarySegment(name: ByteText): Segment {
  const library = LIBRARY.exec(name)?.[1];
  return library === undefined ? literalSegment(name) : patternSegment(`${escapeName(library)}.so.[0-9]*`);
}

function deviceSegment(name: ByteText): Segment {
  const pattern = pieces(name, DEVICE_NUMBER)
    .map(({ text, isMatch }) => (isMatch ? (text.includes(':') ? '[0-9a-f]*:*' : NUMBER) : escapeName(text)))
    .join('');
  return pattern === escapeName(name) ? literalSegment(name) : patternSegment(pattern);
}

export function patternSegment(pattern: ByteText, widening: Widening = 'place'): Segment {
  return { written: pattern, expanded: pattern, widening };
}

/** A text cut into what an expression matches and what is between. */
function pieces(text: string, expression: RegExp): readonly { readonly text: string; readonly isMatch: boolean }[] {
  const cut: { text: string; isMatch: boolean }[] = [];
  let from = 0;
  for (const match of text.matchAll(expression)) {
    if (match.index > from) cut.push({ text: text.slice(from, match.index), isMatch: false });
    cut.push({ text: match[0], isMatch: true });
    from = match.index + match[0].length;
  }
  if (from < text.length) cut.push({ text: text.slice(from), isMatch: false });
  return cut;
}
