import { remembered } from '../../../core/remembered.ts';
import { shellWords } from './shell-words.ts';

/** An entry of GRUB's menu, or a submenu of them. */
export interface GrubEntry {
  readonly title: string;
  readonly id: string | undefined;
  /** Of a submenu. */
  readonly children: readonly GrubEntry[] | undefined;
  /** The command that loads the kernel, as written. */
  readonly linux: { readonly command: string; readonly line: number } | undefined;
}

export interface GrubConfig {
  readonly entries: readonly GrubEntry[];
  /** Every `set default=` in order, with its value as written. */
  readonly defaults: readonly string[];
  /** Whether the menu comes from Boot Loader Specification files (Fedora's blscfg command). */
  readonly usesLoaderEntries: boolean;
}

interface OpenBlock {
  readonly kind: 'menuentry' | 'submenu' | 'other';
  readonly title: string;
  readonly id: string | undefined;
  readonly children: GrubEntry[];
  linux: GrubEntry['linux'];
}

/** Deeper menus than this are made by nobody; what is below is taken as one level. */
const DEPTH_LIMIT = 16;

/** Reads the menu of a generated grub.cfg (grub-mkconfig); runs nothing of it. */
export const parseGrubConfig = remembered((text): GrubConfig => {
  const root: OpenBlock = { kind: 'submenu', title: '', id: undefined, children: [], linux: undefined };
  const open: OpenBlock[] = [root];
  const defaults: string[] = [];
  let usesLoaderEntries = false;
  for (const [index, raw] of text.split('\n').entries()) {
    const command = raw.trim();
    const name = /^[a-z0-9_]+/.exec(command)?.[0] ?? '';
    const current = open.at(-1) ?? root;
    if (name === 'menuentry' || name === 'submenu') openBlock(open, name, command);
    else if (name === 'function') open.push({ ...root, kind: 'other', children: [] });
    else if (command === '}') closeBlock(open);
    else if (/^linux(16|efi)?$/.test(name)) current.linux ??= { command, line: index + 1 };
    else if (name === 'blscfg') usesLoaderEntries = true;
    else if (name === 'set') defaults.push(...defaultOf(command));
  }
  return { entries: root.children, defaults, usesLoaderEntries };
});

function openBlock(open: OpenBlock[], kind: 'menuentry' | 'submenu', command: string): void {
  const { words } = shellWords(command, (name) => (name === 'menuentry_id_option' ? '--id' : undefined));
  const option = words.indexOf('--id');
  const id = option === -1 ? words.find((word) => word.startsWith('--id='))?.slice('--id='.length) : words[option + 1];
  if (open.length < DEPTH_LIMIT) open.push({ kind, title: words[1] ?? '', id, children: [], linux: undefined });
}

function closeBlock(open: OpenBlock[]): void {
  if (open.length === 1) return;
  const block = open.pop();
  if (block === undefined || block.kind === 'other') return;
  const { title, id, linux } = block;
  const children = block.kind === 'submenu' ? block.children : undefined;
  open.at(-1)?.children.push({ title, id, linux, children });
}

function defaultOf(command: string): readonly string[] {
  const value = /^set\s+default=(.*)$/.exec(command)?.[1];
  return value === undefined ? [] : [value.replace(/^"(.*)"$/, '$1')];
}

/** grubenv: `name=value` lines after a comment, filled up with `#` (GRUB manual, "The GRUB environment block"). */
export function parseGrubEnvironment(text: string): ReadonlyMap<string, string> {
  const pairs = text.split('\n').flatMap((line): readonly (readonly [string, string])[] => {
    const match = /^([A-Za-z_]\w*)=(.*)$/.exec(line);
    return match?.[1] === undefined ? [] : [[match[1], match[2] ?? '']];
  });
  return new Map(pairs);
}

/**
 * The entry that boots: `next_entry` of the environment once, else what `set default=` says, which may be a number, an id, a
 * title, or several with `>` between them. `undefined` where that names no entry that boots.
 */
export function defaultEntry(config: GrubConfig, environment: ReadonlyMap<string, string>): GrubEntry | undefined {
  const written = config.defaults.find((value) => !value.includes('next_entry')) ?? '0';
  const chosen = written.replace(/\$\{?(\w+)\}?/g, (_, name: string) => environment.get(name) ?? '');
  const once = environment.get('next_entry') ?? '';
  return findEntry(config.entries, once !== '' ? once : chosen !== '' ? chosen : '0');
}

function findEntry(entries: readonly GrubEntry[], path: string): GrubEntry | undefined {
  const whole = byName(entries, path);
  if (whole !== undefined) return bootable(whole);
  const cut = path.indexOf('>');
  if (cut === -1) return undefined;
  const menu = byName(entries, path.slice(0, cut));
  return menu?.children === undefined ? undefined : findEntry(menu.children, path.slice(cut + 1));
}

function byName(entries: readonly GrubEntry[], name: string): GrubEntry | undefined {
  const named = entries.find((entry) => entry.id === name || entry.title === name);
  return named ?? (/^\d+$/.test(name) ? entries[Number(name)] : undefined);
}

function bootable(entry: GrubEntry): GrubEntry | undefined {
  return entry.children === undefined ? entry : undefined;
}
