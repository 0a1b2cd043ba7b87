import type { Location } from '../../../core/finding.ts';

/** One repository that apt would ask: an address with one suite, whatever its components and types. */
export interface SourceEntry {
  readonly where: Location;
  /** With a slash at its end. */
  readonly uri: string;
  /** Ends in a slash where there are no components: then it is a path. */
  readonly suite: string;
  readonly signedBy: readonly SignedBy[];
  /** As written; `undefined` where the entry doesn't say it. */
  readonly trusted?: string;
  readonly allowInsecure?: string;
  readonly allowWeak?: string;
  readonly allowDowngrade?: string;
  readonly checkValidUntil?: string;
}

/** Whose keys may sign a repository (sources.list(5), "Signed-By"). */
export type SignedBy =
  | { readonly kind: 'keyring'; readonly path: string }
  /** Of a key in apt's trusted keyrings. */
  | { readonly kind: 'fingerprint'; readonly fingerprint: string }
  | { readonly kind: 'inline'; readonly key: string }
  | { readonly kind: 'unclear'; readonly text: string };

export interface SourceProblem {
  readonly where: Location;
  readonly message: string;
}

export interface ParsedSources {
  readonly entries: readonly SourceEntry[];
  readonly problems: readonly SourceProblem[];
}

/** Options of an entry by the names of deb822, in lower case. */
export type SourceOptions = ReadonlyMap<string, string>;

const ARMOR = '-----BEGIN PGP PUBLIC KEY BLOCK-----';
const FINGERPRINT = /^([0-9A-Fa-f]{40}|[0-9A-Fa-f]{64})!?$/;

export function entriesOf(
  {
    uris,
    suites,
    options,
  }: { readonly uris: readonly string[]; readonly suites: readonly string[]; readonly options: SourceOptions },
  { where, architecture }: { readonly where: Location; readonly architecture: string },
): readonly SourceEntry[] {
  const fill = (text: string): string => text.replaceAll('$(ARCH)', architecture);
  const common = {
    where,
    signedBy: signedByOf(options.get('signed-by') ?? ''),
    ...option('trusted', options.get('trusted')),
    ...option('allowInsecure', options.get('allow-insecure')),
    ...option('allowWeak', options.get('allow-weak')),
    ...option('allowDowngrade', options.get('allow-downgrade-to-insecure')),
    ...option('checkValidUntil', options.get('check-valid-until')),
  };
  return uris.flatMap((uri) => suites.map((suite) => ({ ...common, uri: slashed(fill(uri)), suite: fill(suite) })));
}

function option<Name extends string>(name: Name, value: string | undefined): { readonly [key in Name]?: string } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a computed name is any string to the compiler
  return (value === undefined ? {} : { [name]: value }) as { readonly [key in Name]?: string };
}

function signedByOf(text: string): readonly SignedBy[] {
  if (text.trim() === '') return [];
  if (text.includes(ARMOR)) return [{ kind: 'inline', key: `${text.trim()}\n` }];
  return text
    .split(/[\s,]+/)
    .filter((one) => one !== '')
    .map((one): SignedBy => {
      if (one.startsWith('/')) return { kind: 'keyring', path: one };
      const fingerprint = FINGERPRINT.exec(one)?.[1];
      return fingerprint === undefined
        ? { kind: 'unclear', text: one }
        : { kind: 'fingerprint', fingerprint: fingerprint.toUpperCase() };
    });
}

function slashed(uri: string): string {
  return uri.endsWith('/') ? uri : `${uri}/`;
}
