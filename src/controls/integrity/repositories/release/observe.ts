import type { Host, ReadResult } from '../../../../host/host.ts';
import type { Trust } from '../../../../signatures/trust.ts';
import { APT } from '../apt-files.ts';
import { listName, releaseBase } from '../list-name.ts';
import { parseRelease, type Release } from '../release-file.ts';
import type { SourceEntry } from '../source-entry.ts';
import type { ObservedIndex, ObservedRelease } from '../state.ts';
import { judgeDetachedRelease, type JudgedRelease, judgeInRelease } from './signature.ts';

export interface ReleaseSurroundings {
  /** What lies in apt's folder of lists. */
  readonly names: ReadonlySet<string>;
  /** Why that could not be listed. */
  readonly listing: string | undefined;
  /** The keys that may sign the repository. */
  readonly trust: Trust;
  readonly at: Date;
}

/** Debian's InRelease has 200 kB. */
const RELEASE_LIMIT_BYTES = 16 * 1024 * 1024;
const COMPRESSED = /\.(?:gz|xz|bz2|lzma|lz4|zst)$/;
/** Endings that apt may give a list that it keeps compressed (apt.conf(5), Acquire::GzipIndexes). */
const ENDINGS = ['', '.gz', '.xz', '.bz2', '.lzma', '.lz4', '.zst'] as const;

/** Reads what apt last fetched of one repository, and has it judged by the keys that may sign it. */
export async function observeRelease(
  host: Host,
  entry: SourceEntry,
  { names, listing, trust, at }: ReleaseSurroundings,
): Promise<ObservedRelease> {
  const base = releaseBase(entry);
  const inline = `${APT.lists}/${listName(`${base}InRelease`)}`;
  const plain = `${APT.lists}/${listName(`${base}Release`)}`;
  if (listing !== undefined) return { kind: 'unreadable', path: APT.lists, reason: listing };
  if (has(names, inline)) {
    const file = await host.read(inline, { limitBytes: RELEASE_LIMIT_BYTES });
    if (file.kind !== 'content') return failed(inline, file);
    const judged = await judgeInRelease(file.bytes, trust, at);
    return signedRelease(host, { ...judged, path: inline, base, names });
  }
  if (!has(names, plain)) return { kind: 'absent' };
  if (!has(names, `${plain}.gpg`)) return { kind: 'unsigned', path: plain };
  const [content, signature] = await Promise.all([
    host.read(plain, { limitBytes: RELEASE_LIMIT_BYTES }),
    host.read(`${plain}.gpg`, { limitBytes: RELEASE_LIMIT_BYTES }),
  ]);
  if (content.kind !== 'content') return failed(plain, content);
  if (signature.kind !== 'content') return failed(`${plain}.gpg`, signature);
  const judged = await judgeDetachedRelease({ content: content.bytes, signature: signature.bytes, trust, at });
  return signedRelease(host, { ...judged, path: plain, base, names });
}

interface FetchedRelease extends JudgedRelease {
  readonly path: string;
  readonly base: string;
  readonly names: ReadonlySet<string>;
}

async function signedRelease(
  host: Host,
  { path, judgement, signers, content, base, names }: FetchedRelease,
): Promise<ObservedRelease> {
  const signed = { kind: 'signed', path, judgement, signers } as const;
  // Only what was signed is read, and nothing else of the file. Whether anybody may believe it is the judge's business.
  if (content === undefined) return { ...signed, indexes: [] };
  const release = parseRelease(new TextDecoder().decode(content));
  const indexes = await observeIndexes(host, release, { base, names });
  const { validUntil } = release;
  return { ...signed, ...(validUntil !== undefined && { validUntil }), indexes };
}

/** Each list that the Release names and that lies beside it, whole or compressed. */
async function observeIndexes(
  host: Host,
  { sha256 }: Release,
  { base, names }: Pick<FetchedRelease, 'base' | 'names'>,
): Promise<readonly ObservedIndex[]> {
  const found = [...sha256.keys()]
    .filter((path) => !COMPRESSED.test(path))
    .flatMap((path) => {
      const name = listName(base + path);
      return ENDINGS.filter((ending) => names.has(name + ending)).map((ending) => ({
        path: `${APT.lists}/${name}${ending}`,
        expected: sha256.get(path + ending),
        ending,
      }));
    })
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const digests = await host.digest(
    found.map(({ path }) => path),
    'sha256',
  );
  return found.map(({ path, expected, ending }, index): ObservedIndex => {
    const digest = digests[index];
    if (digest === undefined || digest.kind === 'missing') {
      return { path, comparison: 'uncompared', reason: 'it was there a moment ago' };
    }
    if (digest.kind === 'unreadable') return { path, comparison: 'uncompared', reason: digest.message };
    if (digest.hex === expected) return { path, comparison: 'same' };
    if (ending === '') return { path, comparison: 'different' };
    // apt packs lists anew by its own settings, and then nobody has signed these bytes.
    return { path, comparison: 'uncompared', reason: `apt keeps it compressed, and not as it was signed` };
  });
}

function has(names: ReadonlySet<string>, path: string): boolean {
  return names.has(path.slice(path.lastIndexOf('/') + 1));
}

function failed(path: string, file: Exclude<ReadResult, { kind: 'content' }>): ObservedRelease {
  const reason = file.kind === 'missing' ? `${path} was there a moment ago` : file.message;
  return { kind: 'unreadable', path, reason };
}
