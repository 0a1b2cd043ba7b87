import type { SourceEntry } from './source-entry.ts';

/** What URItoFileName of apt-pkg/contrib/strutl.cc quotes, besides what can't be printed, blanks and percent signs. */
const QUOTED = '\\|{}[]<>"^~_=!@#$%^&*';
const FIRST_PRINTABLE = 0x21;
const LAST_PRINTABLE = 0x7e;
/** Scheme, authority and path; the label of a disc stands in brackets where others have a host. */
const PARTS = /^([A-Za-z][A-Za-z0-9+.-]*):(?:\/\/([^/]*)|(\[[^\]]*\]))?(.*)$/s;

/** What pkgAcquire::URIEncode of apt-pkg/acquire.cc quotes of a suite, before the rest quotes the result once more. */
const QUOTED_IN_SUITE = '+~';

/** The address that a repository's files lie below, with a slash at its end (sources.list(5): a suite may be a path). */
export function releaseBase({ uri, suite }: Pick<SourceEntry, 'uri' | 'suite'>): string {
  const quoted = quote(suite, QUOTED_IN_SUITE);
  if (!suite.endsWith('/')) return `${uri}dists/${quoted}/`;
  return suite === '/' ? uri : uri + quoted;
}

/** How apt calls the copy of an address in its lists: without scheme and password, `/` as `_`, the rest quoted. */
export function listName(address: string): string {
  const [, , authority = '', label = '', path = ''] = PARTS.exec(address) ?? [undefined, undefined, '', '', address];
  const host = (authority + label).replace(/^.*@/s, '').replace(/^\[([^\]]*)\]/, '$1');
  const rooted = path.startsWith('/') || path === '' ? path : `/${path}`;
  return quote(host + rooted, QUOTED).replaceAll('/', '_');
}

/** QuoteString of apt-pkg/contrib/strutl.cc. */
function quote(text: string, also: string): string {
  let quoted = '';
  for (const byte of new TextEncoder().encode(text)) {
    const character = String.fromCharCode(byte);
    const isPlain = byte >= FIRST_PRINTABLE && byte <= LAST_PRINTABLE && character !== '%' && !also.includes(character);
    quoted += isPlain ? character : `%${byte.toString(16).padStart(2, '0')}`;
  }
  return quoted;
}
