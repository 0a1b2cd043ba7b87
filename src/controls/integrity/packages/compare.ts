import type { DigestResult, StatResult } from '../../../host/host.ts';
import { isExcluded, type PathRule } from '../dpkg/path-filter.ts';
import type { Expected, ExpectedFile } from './expect.ts';
import type { ComparedPackage, Deviation } from './state.ts';

/** What was seen of all packages' files, by path. */
export interface Seen {
  readonly digests: ReadonlyMap<string, DigestResult | undefined>;
  /** What is there for certain because something lies in it. */
  readonly folders: ReadonlySet<string>;
  /** Of what has no digest. */
  readonly stats: ReadonlyMap<string, StatResult>;
}

/** Holds one package's files against what it shipped. */
export function comparePackage(expected: Expected, seen: Seen, rules: readonly PathRule[]): ComparedPackage {
  const { package: one, files, conffiles, others } = expected;
  const look = (file: ExpectedFile): Look => lookAtFile(file, seen);
  const [fileLooks, conffileLooks, otherLooks] = [
    files.map(look),
    conffiles.map(look),
    others.map((path) => lookAtOther(path, seen)),
  ];
  const looks = [...fileLooks, ...otherLooks];
  const isLeftOut = (deviation: Deviation): boolean =>
    deviation.kind === 'missing' && isExcluded(deviation.path, rules);
  const deviations = deviationsOf(looks);
  return {
    label: one.label,
    version: one.version,
    fileCount: files.length,
    conffileCount: conffiles.length,
    deviations: deviations.filter((deviation) => !isLeftOut(deviation)),
    conffiles: deviationsOf(conffileLooks).filter((deviation) => !isLeftOut(deviation)),
    excludedCount: deviations.filter(isLeftOut).length,
    undigested: looks
      .flatMap((seenOne) => (seenOne.kind === 'undigested' ? [seenOne.path] : []))
      .toSorted(comparePaths),
    hasNoList: one.sums === undefined,
    problems: [
      ...one.problems,
      ...(one.isHalfInstalled ? ['dpkg was interrupted while it put its files there'] : []),
      ...[...looks, ...conffileLooks].flatMap((seenOne) => (seenOne.kind === 'problem' ? [seenOne.message] : [])),
    ],
  };
}

type Look =
  | { readonly kind: 'as-shipped' }
  | { readonly kind: 'deviation'; readonly deviation: Deviation }
  | { readonly kind: 'undigested'; readonly path: string }
  | { readonly kind: 'problem'; readonly message: string };

const AS_SHIPPED: Look = { kind: 'as-shipped' };

function lookAtFile({ path, md5 }: ExpectedFile, { digests, stats }: Seen): Look {
  const digest = digests.get(path);
  if (digest?.kind === 'digest') {
    const { hex, isSymlink } = digest;
    if (hex !== md5) return deviates({ kind: 'changed', path, shipped: md5, found: hex, isSymlink });
    return isSymlink ? deviates({ kind: 'linked', path }) : AS_SHIPPED;
  }
  const stat = stats.get(path);
  if (stat?.kind === 'missing') return deviates({ kind: 'missing', path });
  // A link that leads nowhere, a folder, a device: there is something, and no file that could have a digest.
  const isNoFile = digest?.kind === 'missing' || (digest?.kind === 'unreadable' && digest.cause === 'not-a-file');
  if (stat?.kind === 'stat' && stat.type !== 'file' && isNoFile) {
    return deviates({ kind: 'replaced', path, by: stat.type });
  }
  const message = digest?.kind === 'unreadable' ? digest.message : `${path} changed while it was looked at`;
  return { kind: 'problem', message: stat?.kind === 'unreadable' ? stat.message : message };
}

/** A folder or a link must be there; dpkg has no record of what a link leads to. */
function lookAtOther(path: string, { folders, stats }: Seen): Look {
  if (folders.has(path)) return AS_SHIPPED;
  const stat = stats.get(path);
  if (stat === undefined) return { kind: 'problem', message: `${path} was not looked at` };
  if (stat.kind === 'unreadable') return { kind: 'problem', message: stat.message };
  if (stat.kind === 'missing') return deviates({ kind: 'missing', path });
  return stat.type === 'file' ? { kind: 'undigested', path } : AS_SHIPPED;
}

function deviates(deviation: Deviation): Look {
  return { kind: 'deviation', deviation };
}

function deviationsOf(looks: readonly Look[]): readonly Deviation[] {
  return looks
    .flatMap((one) => (one.kind === 'deviation' ? [one.deviation] : []))
    .toSorted((a, b) => comparePaths(a.path, b.path));
}

/** Any order that is always the same. */
function comparePaths(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
