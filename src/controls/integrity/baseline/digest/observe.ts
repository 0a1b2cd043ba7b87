import type { DigestResult, Host } from '../../../../host/host.ts';
import { type ByteText, shown, toText } from '../../../../core/byte-text.ts';
import type { FileDigest } from './digest.ts';

/** Only custom makes names UTF-8; nobody ships others, and each takes a program of its own. */
const ODD_NAMES_MAX = 1000;
const ODD_TIMEOUT_MS = 1_800_000;
/** GNU puts a backslash before the digest of a file whose name it writes another way. */
const DIGEST_LINE = /^\\?([0-9a-f]{64}) [ *]/;

/** The digests of regular files, by their paths. */
export async function observeDigests(
  host: Host,
  paths: readonly ByteText[],
): Promise<ReadonlyMap<ByteText, FileDigest>> {
  const digests = new Map<ByteText, FileDigest>();
  const plain: { readonly path: ByteText; readonly text: string }[] = [];
  const odd: ByteText[] = [];
  for (const path of paths) {
    const text = toText(path);
    if (text === undefined) odd.push(path);
    else plain.push({ path, text });
  }
  const [results] = await Promise.all([
    plain.length === 0
      ? []
      : host.digest(
          plain.map(({ text }) => text),
          'sha256',
        ),
    ...odd.map(async (path, index) => {
      const tooMany = { kind: 'unread', reason: `more than ${String(ODD_NAMES_MAX)} names are no text` } as const;
      digests.set(path, index < ODD_NAMES_MAX ? await digestOdd(host, path) : tooMany);
    }),
  ]);
  for (const [index, { path }] of plain.entries()) digests.set(path, toFileDigest(results[index], path));
  return digests;
}

function toFileDigest(result: DigestResult | undefined, path: ByteText): FileDigest {
  if (result === undefined) return { kind: 'unread', reason: `${shown(path)}: nothing was said about it` };
  if (result.kind === 'missing') return { kind: 'gone' };
  if (result.kind === 'unreadable') return { kind: 'unread', reason: result.message };
  // It was a file when the trees were walked: what a link leads to is not what was asked for.
  if (result.isSymlink) return { kind: 'unread', reason: `${shown(path)} became a symbolic link meanwhile` };
  return { kind: 'digest', sha256: result.hex };
}

/** A name that is no text can't be an argument; it goes in as the bytes that it is. */
async function digestOdd(host: Host, path: ByteText): Promise<FileDigest> {
  const stdin = Buffer.from(`${path}\0`, 'latin1');
  const result = await host.run(['xargs', '-0', 'sha256sum', '--'], { timeoutMs: ODD_TIMEOUT_MS, stdin });
  if (result.kind !== 'exited') return { kind: 'unread', reason: `${shown(path)}: ${result.message}` };
  const sha256 = DIGEST_LINE.exec(Buffer.from(result.stdout).toString('latin1'))?.[1];
  if (sha256 !== undefined) return { kind: 'digest', sha256 };
  return { kind: 'unread', reason: `${shown(path)} could not be read` };
}
