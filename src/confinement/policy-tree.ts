import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { ByteText } from '../core/byte-text.ts';
import { FILE_LIMIT_CHARACTERS } from '../apparmor/language/limits.ts';
import type { PolicyTree } from '../apparmor/language/syntax.ts';

/** One more than the parser takes is enough for it to see that a file is too large. */
const READ_LIMIT_BYTES = FILE_LIMIT_CHARACTERS + 1;

/** The files of this machine; each is read once, so that all of a run is said of the same text. */
export function localPolicyTree(): PolicyTree {
  const file = once((path) =>
    attempt(path, (bytes) =>
      statSync(bytes).isFile() ? readFileSync(bytes).subarray(0, READ_LIMIT_BYTES).toString('latin1') : undefined,
    ),
  );
  const folder = once((path) => attempt(path, (bytes) => readdirSync(bytes, 'latin1').sort()));
  return { file, folder };
}

function once<Result>(read: (path: ByteText) => Result): (path: ByteText) => Result {
  const known = new Map<ByteText, { readonly result: Result }>();
  return (path) => {
    const found = known.get(path) ?? { result: read(path) };
    known.set(path, found);
    return found.result;
  };
}

/** What can't be read is not there for the parser, and names of files can't have a NUL. */
function attempt<Result>(path: ByteText, read: (path: Buffer) => Result): Result | undefined {
  if (path.includes('\0')) return undefined;
  try {
    return read(Buffer.from(path, 'latin1'));
  } catch {
    return undefined;
  }
}
