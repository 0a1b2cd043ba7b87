import type { Host, ListResult, ReadResult } from '../../../host/host.ts';
import type { BootState, LoaderFiles, TextFile } from './state.ts';

const TEXT_LIMIT_BYTES = 4 * 1024 * 1024;
const COMMAND_LINE = '/proc/cmdline';
const GRUB_FOLDERS = ['/boot/grub', '/boot/grub2'] as const;
const GRUB_DEFAULT = '/etc/default/grub';
/** Where the EFI system partition or XBOOTLDR is mounted (systemd-boot(7), bootctl(1)); /boot also on Fedora with GRUB. */
const LOADER_ROOTS = ['/efi', '/boot/efi', '/boot'] as const;

/** Reads the command line of this boot and all that decides the next one's: two round trips. */
export async function observeBoot(host: Host): Promise<BootState> {
  const text = (path: string): Promise<TextFile> => readText(host, path);
  const [commandLine, configs, environments, grubDefault, dropIns, loaders] = await Promise.all([
    host.facts.isRunning ? text(COMMAND_LINE) : { path: COMMAND_LINE, content: { kind: 'not-running' } as const },
    Promise.all(GRUB_FOLDERS.map((folder) => text(`${folder}/grub.cfg`))),
    Promise.all(GRUB_FOLDERS.map((folder) => text(`${folder}/grubenv`))),
    text(GRUB_DEFAULT),
    readFolder(host, `${GRUB_DEFAULT}.d`, '.cfg'),
    Promise.all(LOADER_ROOTS.map((root) => observeLoader(host, root))),
  ]);
  return {
    commandLine,
    grub: { configs, environments, defaults: [grubDefault, ...dropIns.files] },
    loaders,
    container: host.facts.container,
  };
}

async function observeLoader(host: Host, root: string): Promise<LoaderFiles> {
  const directory = `${root}/loader`;
  const [config, entries, images] = await Promise.all([
    readText(host, `${directory}/loader.conf`),
    readFolder(host, `${directory}/entries`, '.conf'),
    host.list(`${root}/EFI/Linux`),
  ]);
  return { directory, config, entries: entries.files, unlisted: entries.unlisted, images: namesOf(images, '.efi') };
}

async function readFolder(
  host: Host,
  folder: string,
  suffix: string,
): Promise<{ readonly files: readonly TextFile[]; readonly unlisted: string | null }> {
  const listing = await host.list(folder);
  const files = await Promise.all(namesOf(listing, suffix).map((name) => readText(host, `${folder}/${name}`)));
  return { files, unlisted: listing.kind === 'unreadable' ? listing.message : null };
}

function namesOf(listing: ListResult, suffix: string): readonly string[] {
  if (listing.kind !== 'entries') return [];
  return listing.entries.map(({ name }) => name).filter((name) => name.endsWith(suffix));
}

async function readText(host: Host, path: string): Promise<TextFile> {
  return { path, content: contentOf(await host.read(path, { limitBytes: TEXT_LIMIT_BYTES })) };
}

function contentOf(result: ReadResult): TextFile['content'] {
  if (result.kind === 'missing') return result;
  if (result.kind === 'unreadable') return { kind: 'unreadable', reason: result.message };
  return { kind: 'text', text: new TextDecoder().decode(result.bytes) };
}
