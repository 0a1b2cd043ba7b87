/** Registries lay their files out as `<name>/-/<name without scope>-<version>.tgz`. */
const REGISTRY_MARK = '/-/';
const SSH_USER = 'git@';

/**
 * Where a package comes from, by the address a lock file resolved it to; `undefined` for a registry. Mirrors of the registry are
 * told by their layout, since firms have their own.
 */
export function originOf(address: string | undefined, name: string): string | undefined {
  if (address === undefined || isOfRegistry(address, name)) return undefined;
  return withoutSecrets(address);
}

function isOfRegistry(address: string, name: string): boolean {
  if (!/^https?:\/\//i.test(address)) return false;
  const [path = ''] = address.split(/[?#]/, 1);
  const base = name.slice(name.indexOf('/') + 1);
  return path.replaceAll(/%2f/gi, '/').replaceAll('%40', '@').includes(`/${name}${REGISTRY_MARK}${base}-`);
}

/** Without what may be a password or a token: the user of an address, and its query. */
export function withoutSecrets(address: string): string {
  const start = address.indexOf('://');
  if (start < 0) return address;
  const from = start + '://'.length;
  const authorityEnd = address.slice(from).search(/[/?#]/);
  const end = authorityEnd < 0 ? address.length : from + authorityEnd;
  const authority = address.slice(from, end);
  const host = authority.startsWith(SSH_USER) ? authority : authority.slice(authority.lastIndexOf('@') + 1);
  const [path, fragment] = splitOnce(address.slice(end), '#');
  const [bare = ''] = path.split('?', 1);
  return `${address.slice(0, from)}${host}${bare}${fragment === undefined ? '' : `#${fragment}`}`;
}

function splitOnce(text: string, mark: string): readonly [string, string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + mark.length)];
}
