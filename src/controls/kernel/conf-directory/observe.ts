import type { Entry, Host, ReadResult } from '../../../host/host.ts';
import { type ConfPath, orderConfFiles } from './order.ts';
import type { ConfDirectoriesState, ConfFileState } from './state.ts';

const CONF_FILE_LIMIT_BYTES = 8 * 1024 * 1024;

export interface ConfDirectories {
  /** The first wins where names are equal. */
  readonly directories: readonly string[];
  /** Names that count end with one of these: `.conf`. */
  readonly suffixes: readonly string[];
  /** Whether a directory with such a name hides files of that name in later directories. */
  readonly doFoldersHide: boolean;
}

/** The drop-in files that count, in the order they are read, with their texts: two round trips. */
export async function observeConfDirectories(host: Host, conf: ConfDirectories): Promise<ConfDirectoriesState> {
  const listings = await Promise.all(
    conf.directories.map(async (directory) => ({ directory, listing: await host.list(directory) })),
  );
  const unlisted = listings.flatMap(({ directory, listing }) =>
    listing.kind === 'unreadable' ? [{ path: directory, reason: listing.message }] : [],
  );
  const named = await Promise.all(
    listings.map(async ({ directory, listing }) => {
      const entries = listing.kind === 'entries' ? listing.entries : [];
      const names = await Promise.all(
        entries.map((entry) => countingName(host, `${directory}/${entry.name}`, { entry, conf })),
      );
      return { directory, names: names.flat() };
    }),
  );
  const ordered = orderConfFiles(named, conf.suffixes);
  return { files: await Promise.all(ordered.map((file) => readConfFile(host, file))), unlisted };
}

/**
 * The name, unless it is a directory's that doesn't hide others. kmod follows links before it asks for a directory
 * (conf_files_filter_out() of libkmod-config.c), which costs a round trip only where there is such a link.
 */
async function countingName(
  host: Host,
  path: string,
  { entry, conf }: { readonly entry: Entry; readonly conf: ConfDirectories },
): Promise<readonly string[]> {
  if (conf.doFoldersHide) return [entry.name];
  const isFolder =
    entry.type === 'directory' || (entry.type === 'symlink' && (await host.list(path)).kind === 'entries');
  return isFolder ? [] : [entry.name];
}

async function readConfFile(host: Host, file: ConfPath): Promise<ConfFileState> {
  const [stat, content] = await Promise.all([
    host.stat(file.path),
    host.read(file.path, { limitBytes: CONF_FILE_LIMIT_BYTES }),
  ]);
  const target = stat.kind === 'stat' ? stat.target : undefined;
  return { path: file.path, ...(target !== undefined && { target }), content: confContent(content, target) };
}

function confContent(result: ReadResult, target: string | undefined): ConfFileState['content'] {
  // The usual mask; as a device it is not a regular file, and there is nothing in it to read.
  if (target === '/dev/null') return { kind: 'text', text: '' };
  if (result.kind === 'content') return { kind: 'text', text: new TextDecoder().decode(result.bytes) };
  if (result.kind === 'missing') return { kind: 'absent' };
  // Whoever reads these files at boot can't read a directory or a device either, and goes on without it.
  return result.cause === 'not-a-file' ? { kind: 'absent' } : { kind: 'unreadable', reason: result.message };
}
