/** One file of a package, by the digest that it was shipped with. */
export interface ShippedFile {
  /** Absolute. */
  readonly path: string;
  readonly md5: string;
}

export interface Md5sums {
  readonly files: readonly ShippedFile[];
  /** Numbers of lines that are none. */
  readonly badLines: readonly number[];
}

const DIGITS = 32;
/** The digest and two spaces. */
const PATH_START = DIGITS + 2;
const DIGEST = /^[0-9a-f]{32}$/;
const BAD_LINES_MAX = 10;

/** Reads a `.md5sums` of dpkg (deb-md5sums(5)): a digest, two spaces, a path without its first slash. */
export function parseMd5sums(text: string): Md5sums {
  const files: ShippedFile[] = [];
  const badLines: number[] = [];
  let number = 0;
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    number += 1;
    const md5 = text.slice(start, start + DIGITS);
    const path = text.slice(start + PATH_START, end);
    if (DIGEST.test(md5) && text.startsWith('  ', start + DIGITS) && path !== '' && end > start + PATH_START) {
      files.push({ path: absolute(path), md5 });
    } else if (badLines.length < BAD_LINES_MAX) badLines.push(number);
    start = end + 1;
  }
  return { files, badLines };
}

/** path_skip_slash_dotslash() of dpkg's lib/dpkg/path.c: `./usr`, `/usr` and `usr` are the same. */
function absolute(path: string): string {
  if (!path.startsWith('.') && !path.startsWith('/')) return `/${path}`;
  return `/${path.replace(/^(?:\/|\.\/)+/, '')}`;
}
