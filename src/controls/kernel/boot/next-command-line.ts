import { type BootParameter, parseCommandLine } from '../boot-parameters.ts';
import { defaultEntry, type GrubConfig, type GrubEntry, parseGrubConfig, parseGrubEnvironment } from './grub-config.ts';
import { defaultLoaderEntry, defaultPattern, type LoaderEntry } from './loader-entries.ts';
import { shellWords } from './shell-words.ts';
import type { BootState, LoaderFiles, TextFile } from './state.ts';

/** The command line of the next boot, with the file and line it stands in. */
export type NextCommandLine =
  | {
      readonly kind: 'known';
      readonly loader: 'grub' | 'systemd-boot';
      readonly parameters: readonly BootParameter[];
      readonly path: string;
      readonly line: number;
    }
  | { readonly kind: 'unknown'; readonly reason: string };

/** The command line of this boot, where it can be read. */
export function parametersNow({ commandLine: { content } }: BootState): readonly BootParameter[] | undefined {
  return content.kind === 'text' ? parseCommandLine(content.text) : undefined;
}

/** What the boot loader's configuration will boot with, as far as it can be told without running it. */
export function nextCommandLine(state: BootState): NextCommandLine {
  const grub = state.grub.configs.find(({ content }) => content.kind !== 'missing');
  if (grub !== undefined) return grubCommandLine(grub, state);
  const hidden = state.loaders.find(({ unlisted }) => unlisted !== null);
  if (hidden?.unlisted !== undefined && hidden.unlisted !== null) return unknown(hidden.unlisted);
  const loader = state.loaders.find(({ entries, images }) => entries.length + images.length > 0);
  if (loader !== undefined) return loaderCommandLine(loader);
  return unknown('no configuration of GRUB or systemd-boot was found');
}

function grubCommandLine(file: TextFile, state: BootState): NextCommandLine {
  if (file.content.kind !== 'text')
    return unknown(file.content.kind === 'unreadable' ? file.content.reason : `${file.path} is missing`);
  const folder = file.path.slice(0, file.path.lastIndexOf('/'));
  const environmentFile = state.grub.environments.find(({ path }) => path.startsWith(`${folder}/`));
  if (environmentFile?.content.kind === 'unreadable') return unknown(environmentFile.content.reason);
  const environment = parseGrubEnvironment(
    environmentFile?.content.kind === 'text' ? environmentFile.content.text : '',
  );
  const config = parseGrubConfig(file.content.text);
  if (config.usesLoaderEntries) return blsCommandLine(state, environment);
  return entryCommandLine(config, environment, file.path);
}

function entryCommandLine(config: GrubConfig, environment: ReadonlyMap<string, string>, path: string): NextCommandLine {
  const entry: GrubEntry | undefined = defaultEntry(config, environment);
  if (entry?.linux === undefined) return unknown(`${path} doesn't tell which entry boots by default`);
  const { words, unresolved } = shellWords(entry.linux.command, (name) => environment.get(name));
  if (unresolved !== undefined)
    return unknown(`${path}:${String(entry.linux.line)} takes a part of the command line from $${unresolved}`);
  const parameters = toParameters(words.slice(2));
  return { kind: 'known', loader: 'grub', parameters, path, line: entry.linux.line };
}

/** Fedora and its kin: GRUB shows the entries of the Boot Loader Specification, and `saved_entry` names one. */
function blsCommandLine(state: BootState, environment: ReadonlyMap<string, string>): NextCommandLine {
  const loader = state.loaders.find(({ directory }) => directory === '/boot/loader');
  const saved = environment.get('next_entry') ?? environment.get('saved_entry') ?? '';
  const pattern = { path: '', content: { kind: 'text', text: saved === '' ? '' : `default ${saved}\n` } } as const;
  const entry = loader === undefined ? undefined : defaultLoaderEntry({ ...loader, config: pattern });
  if (entry === undefined) return unknown('/boot/loader/entries holds no entry that GRUB could boot');
  const { words, unresolved } = shellWords(entry.options, (name) => environment.get(name));
  if (unresolved !== undefined) return unknown(`${entry.path} takes a part of the command line from $${unresolved}`);
  return { kind: 'known', loader: 'grub', parameters: toParameters(words), path: entry.path, line: entry.line };
}

function loaderCommandLine(loader: LoaderFiles): NextCommandLine {
  const pattern = defaultPattern(loader.config);
  if (pattern?.startsWith('@') === true) return unknown(`${loader.config.path} leaves the choice to ${pattern}`);
  // A unified image may come before every entry, and its command line is inside it.
  if (loader.images.length > 0)
    return unknown(`unified kernel images (${loader.images.join(', ')}) carry their own command line`);
  const hidden = loader.entries.find(({ content }) => content.kind === 'unreadable');
  if (hidden?.content.kind === 'unreadable') return unknown(hidden.content.reason);
  const entry: LoaderEntry | undefined = defaultLoaderEntry(loader);
  if (entry === undefined) return unknown(`${loader.directory}/entries holds no entry`);
  const { path, line, options } = entry;
  return { kind: 'known', loader: 'systemd-boot', parameters: parseCommandLine(options), path, line };
}

/** GRUB hands words on, with quotes where one has blanks; what follows `--` is for init. */
function toParameters(words: readonly string[]): readonly BootParameter[] {
  const end = words.indexOf('--');
  return (end === -1 ? words : words.slice(0, end)).map((word) => {
    const equals = word.indexOf('=');
    return equals === -1 ? { name: word, value: null } : { name: word.slice(0, equals), value: word.slice(equals + 1) };
  });
}

function unknown(reason: string): NextCommandLine {
  return { kind: 'unknown', reason };
}
