import { isTable, tableOf, textOf } from './fields.ts';

const ADDRESS_LIMIT_CHARACTERS = 2000;
const ORIGIN_LIMIT_CHARACTERS = 3000;
const DIRECT_URL_LIMIT_CHARACTERS = 1024 * 1024;

/** Where a package comes from that was taken out of a repository. */
export interface RepositoryOrigin {
  /** `git`, `hg`, `svn`, `bzr`. */
  readonly system: string;
  readonly url: string;
  /** What was taken, at its most exact: the commit. */
  readonly revision: string | undefined;
  readonly subdirectory?: string | undefined;
}

/**
 * What a direct_url.json says about where an installed package came from; `undefined` for a text that is none.
 *
 * PEP 610, now https://packaging.python.org/en/latest/specifications/direct-url-data-structure/.
 */
export function originOf(directUrl: string): string | undefined {
  const json = parseJson(directUrl);
  if (!isTable(json)) return undefined;
  const url = textOf(json, 'url');
  if (url === undefined) return undefined;
  const repository = tableOf(json, 'vcs_info');
  const system = textOf(repository, 'vcs');
  if (system === undefined) return addressOrigin(url);
  const revision = textOf(repository, 'commit_id') ?? textOf(repository, 'requested_revision');
  return repositoryOrigin({ system, url, revision, subdirectory: textOf(json, 'subdirectory') });
}

/** `git+https://example.org/project.git@commit#subdirectory=part`: as pip writes it. */
export function repositoryOrigin({ system, url, revision, subdirectory }: RepositoryOrigin): string {
  const address = withoutSecrets(url.startsWith(`${system}+`) ? url.slice(system.length + 1) : url);
  const at = revision === undefined ? '' : `@${revision}`;
  const below = subdirectory === undefined ? '' : `#subdirectory=${subdirectory}`;
  return harmless(`${system}+${address}${at}${below}`);
}

/** An address or a path, as it was written but without what may be secret. */
export function addressOrigin(url: string): string {
  return harmless(withoutSecrets(url));
}

/** Where an index is, unless it is PyPI, the one that advisories are about. */
export function indexOrigin(url: string): string | undefined {
  const address = addressOrigin(url);
  return /^https:\/\/(?:pypi\.org|pypi\.python\.org)\/simple\/?$/.test(address) ? undefined : address;
}

/** No user, no password (PEP 610, "Security Considerations"), and no query: signed addresses have their key there. */
function withoutSecrets(url: string): string {
  if (url.length > ADDRESS_LIMIT_CHARACTERS) return 'an address that is too long to be shown';
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)?(.*)$/is.exec(url) ?? [];
  if (scheme === '') return withoutShellUser(beforeQuery(rest));
  const [authority = ''] = rest.split(/[/\\?#]/, 1);
  // Behind a colon is a port. Anything else is a password that has one of these characters in it.
  const isWhole = authority.includes('@') || /^(?:\[[^\]]*\]|[^:]*)(?::[0-9]*)?$/.test(authority);
  const userEnd = (isWhole ? authority : rest).lastIndexOf('@') + 1;
  return scheme + beforeQuery(rest.slice(userEnd));
}

function beforeQuery(address: string): string {
  return address.replace(/[?#].*$/s, '');
}

/** `git@example.org:project`, the address of ssh that is no URL; in a path stands a slash before any `@`. */
function withoutShellUser(address: string): string {
  return address.replace(/^[^/\\@]*@(?=[^/\\]*:)/, '');
}

function harmless(text: string): string {
  return text.slice(0, ORIGIN_LIMIT_CHARACTERS).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
}

function parseJson(text: string): unknown {
  if (text.length > DIRECT_URL_LIMIT_CHARACTERS) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
