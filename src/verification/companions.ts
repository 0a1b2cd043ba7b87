import { opendir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Trust } from '../signatures/trust.ts';
import type { DigestReader } from './digests.ts';
import type { SignatureFile } from './judge-source.ts';
import { messageFormOf } from './message.ts';
import { readSignatures } from './schemes.ts';
import { readWhole } from './whole-file.ts';

const BYTES_PER_MIB = 1024 * 1024;
/** Bundles and attestations hold certificates and statements; nothing that signs one file is larger. */
const SIGNATURE_LIMIT_BYTES = 16 * BYTES_PER_MIB;
/** More files than this in a folder are not looked through for lists. */
const FOLDER_LIMIT = 200_000;

/** What is put behind the name of a file, or of a list, that it signs. `.gpg` is for lists: of a file it is the encrypted one. */
const SIGNATURE_ENDINGS = ['.asc', '.intoto.jsonl', '.minisig', '.sig', '.sign', '.sigstore', '.sigstore.json'];
const LIST_SIGNATURE_ENDINGS = [...SIGNATURE_ENDINGS, '.gpg'];

/** Lists of many files: `SHA256SUMS`, `sha256sum.txt`, `terraform_1.9.0_SHA512SUMS`, `Fedora-41-CHECKSUM`, OpenBSD's `SHA256`. */
const LIST_NAME =
  /^(?:.+[._-])?(?:(?:sha(?:1|224|256|384|512)|sha3-\d{3}|md5|b2)(?:sums?)?|checksums?)(?:\.txt)?(?:\.asc|\.sig)?$/i;
/** Lists of one file: `x.tar.sha256`. */
const OWN_LIST_ENDINGS = /^\.(?:(?:sha(?:1|224|256|384|512)|md5|b2)(?:sums?)?)(?:\.txt)?(?:\.asc)?$/i;

/** kernel.org signs the archive before it is compressed. */
const COMPRESSED_ARCHIVE = /\.(?:gz|xz|bz2|zst|lz|lzma|Z)$/;

export interface Companions {
  readonly signatures: readonly SignatureFile[];
  /** Paths of lists that may name the file; sorted. */
  readonly lists: readonly string[];
  /** What else lies there, one sentence each. */
  readonly hints: readonly string[];
}

/** Finds what belongs to files by convention; remembers what lies in each folder. */
export class CompanionFinder {
  readonly #reader: DigestReader;
  readonly #trust: Trust;
  readonly #folders = new Map<string, Promise<readonly string[]>>();

  constructor(reader: DigestReader, trust: Trust) {
    this.#reader = reader;
    this.#trust = trust;
  }

  /** What lies beside a file. */
  async beside(path: string): Promise<Companions> {
    const folder = dirname(path);
    const own = basename(path);
    const signatures = LIST_NAME.test(own)
      ? await this.besideList(path)
      : await this.#signatures(SIGNATURE_ENDINGS.map((ending) => path + ending));
    const names = await this.#names(folder);
    const isList = (name: string): boolean => name !== own && (LIST_NAME.test(name) || isOwnList(name, own));
    return {
      signatures,
      lists: names.filter(isList).map((name) => join(folder, name)),
      hints: signatures.length > 0 ? [] : uncompressedSignature(own, names),
    };
  }

  /** Signatures of a list, in files beside it. */
  besideList(path: string): Promise<readonly SignatureFile[]> {
    return this.#signatures(LIST_SIGNATURE_ENDINGS.map((ending) => path + ending));
  }

  /** The signatures in a file that somebody named. */
  async named(path: string): Promise<readonly SignatureFile[]> {
    const file = await readWhole(path, this.#reader, SIGNATURE_LIMIT_BYTES);
    if (file.kind === 'bytes') return [{ path, read: await readSignatures(file.bytes, this.#trust) }];
    const reason = file.kind === 'missing' ? 'there is no such file' : file.reason;
    return [{ path, read: { kind: 'malformed', reason } }];
  }

  async #signatures(paths: readonly string[]): Promise<readonly SignatureFile[]> {
    const found: SignatureFile[] = [];
    for (const path of paths) {
      const file = await readWhole(path, this.#reader, SIGNATURE_LIMIT_BYTES);
      if (file.kind === 'missing') continue;
      if (file.kind === 'unread') found.push({ path, read: { kind: 'malformed', reason: file.reason } });
      // A clear-signed copy signs itself and not the file beside it.
      else if (messageFormOf(file.bytes) !== 'openpgp')
        found.push({ path, read: await readSignatures(file.bytes, this.#trust) });
    }
    return found;
  }

  #names(folder: string): Promise<readonly string[]> {
    const known = this.#folders.get(folder) ?? relevantNames(folder);
    this.#folders.set(folder, known);
    return known;
  }
}

/** Whether a list is about one file, by its name: `x.tar.sha256` about `x.tar`. */
export function isOwnList(name: string, file: string): boolean {
  return name.startsWith(file) && OWN_LIST_ENDINGS.test(name.slice(file.length));
}

/** The names in a folder that may be lists or signatures; none of a folder that can't be listed. */
async function relevantNames(folder: string): Promise<readonly string[]> {
  const names: string[] = [];
  let count = 0;
  try {
    for await (const { name } of await opendir(folder)) {
      count += 1;
      if (count > FOLDER_LIMIT) break;
      const isRelevant = LIST_NAME.test(name) || /\.(?:sha|md5|b2)[^/]*$|\.tar\.(?:sign|asc|sig)$/i.test(name);
      if (isRelevant) names.push(name);
    }
  } catch {
    // The file itself may be readable all the same: it is judged by what lies beside it under a known name.
    return [];
  }
  return names.sort();
}

/** `linux-6.12.tar.sign` beside `linux-6.12.tar.xz`. */
function uncompressedSignature(own: string, names: readonly string[]): readonly string[] {
  if (!COMPRESSED_ARCHIVE.test(own)) return [];
  const archive = own.replace(COMPRESSED_ARCHIVE, '');
  const signature = names.find(
    (name) => /^\.(?:sign|asc|sig)$/.test(name.slice(archive.length)) && name.startsWith(archive),
  );
  if (signature === undefined) return [];
  return [`${signature} signs the uncompressed ${archive}: unpack it first, and verify that`];
}
