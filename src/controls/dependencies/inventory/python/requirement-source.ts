import { isOneWord } from './entry.ts';
import { isPackageName } from './name.ts';
import { addressOrigin } from './origin.ts';
import { parseRequirement } from './requirement.ts';

/** What one line of a requirements file asks for. */
export type Source =
  | {
      readonly kind: 'package';
      readonly name: string;
      readonly version: string | undefined;
      readonly constraint?: string | undefined;
      readonly marker?: string | undefined;
      readonly origin?: string | undefined;
    }
  /** A folder, an archive or an address that does not say which package it has. */
  | { readonly kind: 'nameless' }
  | { readonly kind: 'invalid' };

/** `vcs.all_schemes` and those that pip downloads from. */
const ADDRESS = /^(?:https?|ftp|file|ssh|sftp|git|hg|bzr|svn|(?:git|hg|bzr|svn)\+[a-z]+):/i;
/** `ARCHIVE_EXTENSIONS` of pip, src/pip/_internal/utils/filetypes.py. */
const ARCHIVE = /\.(?:zip|whl|tar\.bz2|tbz|tar\.gz|tgz|tar|tar\.xz|txz|tlz|tar\.lz|tar\.lzma)$/i;
/** https://packaging.python.org/en/latest/specifications/binary-distribution-format/, "File name convention". */
const WHEEL = /^([^-/]+)-([^-/]+)(?:-[0-9][^-/]*)?-[^-/]+-[^-/]+-[^-/]+\.whl$/i;

/**
 * Reads what stands before the options: a requirement, an address or a path.
 *
 * `parse_req_from_line` of https://github.com/pypa/pip, src/pip/_internal/req/constructors.py. Nobody looks whether a path is
 * there: what looks like one is one.
 */
export function readSource(text: string): Source {
  const [first = ''] = text.split(ADDRESS.test(text) ? '; ' : ';', 1);
  const subject = first.trim();
  if (ADDRESS.test(subject)) return readAddress(subject);
  const path = withoutExtras(subject);
  const at = subject.indexOf('@');
  if (ARCHIVE.test(path) && (at === -1 || looksLikePath(subject.slice(0, at)))) return readAddress(path);
  const requirement = parseRequirement(text);
  if (requirement === undefined) return { kind: looksLikePath(subject) ? 'nameless' : 'invalid' };
  const { name, version, specifier, url, marker } = requirement;
  const constraint = version !== undefined || specifier === '' ? undefined : specifier;
  return {
    kind: 'package',
    name,
    version,
    constraint,
    marker,
    origin: url === undefined ? undefined : addressOrigin(url),
  };
}

/** The value of `-e`: a requirement with an address, an address with a name behind it, or a folder (`parse_editable`). */
export function readEditable(text: string): Source {
  const requirement = parseRequirement(text);
  if (requirement?.url !== undefined) {
    return { kind: 'package', name: requirement.name, version: undefined, origin: addressOrigin(requirement.url) };
  }
  return ADDRESS.test(text) ? readAddress(text) : { kind: text === '' ? 'invalid' : 'nameless' };
}

/** Its name is that of the wheel, or what stands behind `#egg=`. */
function readAddress(address: string): Source {
  const [, name = '', version = ''] = WHEEL.exec(fileName(address)) ?? [];
  const origin = addressOrigin(address);
  if (isPackageName(name) && isOneWord(version)) {
    return { kind: 'package', name, version: version.replaceAll('_', '-'), origin };
  }
  const hash = address.indexOf('#');
  const [, egg = ''] = /(?:^|&)egg=([^&]*)/.exec(hash === -1 ? '' : address.slice(hash + 1)) ?? [];
  const named = parseRequirement(egg);
  return named === undefined ? { kind: 'nameless' } : { kind: 'package', name: named.name, version: undefined, origin };
}

/** The last part of the path, which of an address is percent-encoded. */
function fileName(address: string): string {
  const [path = ''] = ADDRESS.test(address) ? address.split(/[?#]/, 1) : [address];
  const name = path.slice(path.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function withoutExtras(path: string): string {
  return path.endsWith(']') && path.includes('[') ? path.slice(0, path.lastIndexOf('[')).trimEnd() : path;
}

/** `_looks_like_path`, on Windows as well. */
function looksLikePath(text: string): boolean {
  return text.includes('/') || text.includes('\\') || text.startsWith('.');
}
