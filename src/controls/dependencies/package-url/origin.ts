import { originOf as nodeOriginOf } from '../inventory/node/origin.ts';
import { indexOrigin } from '../inventory/python/origin.ts';

type Qualifiers = Readonly<Record<string, string>>;

/** What tools name as the registry that everybody means. */
const REGISTRIES: ReadonlySet<string> = new Set([
  'https://registry.npmjs.org',
  'https://registry.yarnpkg.com',
  'https://pypi.org',
  'https://pypi.org/simple',
]);

/** What a package URL is qualified by where a package doesn't come from its registry. */
export function originQualifier(origin: string, ecosystem: string): Qualifiers | undefined {
  if (/^(?:git|hg|svn|bzr)(?:\+|:)/.test(origin)) return { vcs_url: origin };
  if (!/^https?:/.test(origin)) return undefined;
  // An address of Python's that is no archive is an index.
  const isIndex = ecosystem === 'PyPI' && !/\.(?:whl|zip|tar\.[a-z0-9]+|tgz)$/.test(origin);
  return isIndex ? { repository_url: origin } : { download_url: origin };
}

const ORIGIN_LIMIT_CHARACTERS = 2048;
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Where a package comes from by the qualifiers of its URL; `undefined` for the registry. */
export function originOf(qualifiers: Qualifiers, name: string): string | undefined {
  const { vcs_url: repository, download_url: download, repository_url: registry } = qualifiers;
  if (repository !== undefined) return printable(withoutUser(repository));
  if (download !== undefined) {
    const origin = nodeOriginOf(download, name);
    return origin === undefined ? undefined : printable(origin);
  }
  if (registry === undefined || REGISTRIES.has(registry.replace(/\/$/, ''))) return undefined;
  return indexOrigin(registry);
}

/** A repository's address keeps what stands behind its own `@`: which commit it is. */
function withoutUser(address: string): string {
  return address.replace(/^([a-z+]*:\/\/)[^/@]*@/i, '$1');
}

/** A text of a stranger as it can be shown. */
export function printable(text: string): string {
  return text.slice(0, ORIGIN_LIMIT_CHARACTERS).replace(UNPRINTABLE, '\u{fffd}');
}
