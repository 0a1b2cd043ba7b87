import { FreeholdError } from '../core/error.ts';
import type { Host, RunResult } from '../host/host.ts';

export interface PlacedFile {
  readonly path: string;
  /** Text: pieces of it end with a line. */
  readonly bytes: Uint8Array;
}

const TIMEOUT_MS = 600_000;
/** What goes through a shell at once. */
const PIECE_BYTES = 4 * 1024 * 1024;
const LINE_FEED = 0x0a;
/** What a file is called until it is whole. */
const UNFINISHED = '.new';

/** Only for the one who writes, whatever the folder lets others do; a link that waits there is not followed. */
const BEGIN = 'umask 077 && mkdir -p -- "$1" && rm -f -- "$2" && set -C && : >"$2"';
const APPEND = 'cat >>"$1"';
const END = 'sync && while [ $# -gt 0 ]; do mv -f -- "$1" "$2" && shift 2 || exit 1; done && sync';

/**
 * Writes files of Freehold's own to a machine: each whole or not at all, and in their order, so that what the last one needs is
 * there before it. Throws `refused` where that can't be done.
 */
export async function placeFiles(host: Host, files: readonly PlacedFile[]): Promise<void> {
  for (const { path, bytes } of files) {
    const folder = path.slice(0, path.lastIndexOf('/')) || '/';
    await run(host, [BEGIN, 'sh', folder, path + UNFINISHED]);
    for (const piece of pieces(bytes)) await run(host, [APPEND, 'sh', path + UNFINISHED], piece);
  }
  await run(host, [END, 'sh', ...files.flatMap(({ path }) => [path + UNFINISHED, path])]);
}

/** Cut after line ends, so that no character is cut. */
function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length;) {
    const limit = Math.min(start + PIECE_BYTES, bytes.length);
    const lineEnd = bytes.lastIndexOf(LINE_FEED, limit - 1);
    const end = limit < bytes.length && lineEnd >= start ? lineEnd + 1 : limit;
    yield bytes.subarray(start, end);
    start = end;
  }
}

async function run(host: Host, words: readonly string[], stdin?: Uint8Array): Promise<void> {
  const result = await host.run(['sh', '-c', ...words], {
    timeoutMs: TIMEOUT_MS,
    ...(stdin !== undefined && { stdin }),
  });
  if (result.kind === 'exited' && result.code === 0) return;
  const message = `${host.facts.address}: a file could not be written: ${reasonOf(result)}`;
  throw new FreeholdError('refused', [{ code: 'files/not-written', level: 'error', message }]);
}

function reasonOf(result: RunResult): string {
  if (result.kind !== 'exited') return result.message;
  const said = new TextDecoder().decode(result.stderr).trim().split('\n').at(-1) ?? '';
  return said === '' ? `exit code ${String(result.code)}` : said;
}
