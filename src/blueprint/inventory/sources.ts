import { basename, extname } from 'node:path';
import type { Problems } from '../problems.ts';
import { quote, showName } from '../quote.ts';
import type { Mark, SourceText } from '../source-text.ts';
import type { Node } from '../tree.ts';
import { fileMark, type InventoryFiles, kindOf, pathsIn } from './files.ts';
import { readIni } from './ini.ts';
import { FOLDER_LIMIT_LEVELS } from './limits.ts';
import { META_KEY, readListOutput } from './list-output.ts';
import { readPythonYaml } from './python-yaml.ts';
import type { Roster } from './roster.ts';
import { readYamlGroups } from './yaml-groups.ts';

/** An inventory that somebody names: a file, or a folder of them. */
export interface Source {
  readonly path: string;
  readonly asked: Mark;
}

export interface SourceContext {
  readonly roster: Roster;
  readonly files: InventoryFiles;
  readonly problems: Problems;
}

/** Names that Ansible passes over in a folder of inventories (INVENTORY_IGNORE_EXTS, IGNORED_ALWAYS). */
const IGNORED_NAME =
  /^\.|^(?:host_vars|group_vars|vars_plugins)$|(?:\.pyc|\.pyo|\.swp|\.bak|~|\.rpm|\.md|\.txt|\.rst|\.orig|\.retry)$/;
/** Ansible passes these over too, and few people know it. */
const IGNORED_INI = /\.(?:ini|cfg)$/;
const YAML_ENDINGS: ReadonlySet<string> = new Set(['', '.yml', '.yaml', '.json']);
const VAULT = '$ANSIBLE_VAULT;';
const BRIDGE =
  'Let Ansible print what it makes of it, and name that file: ansible-inventory -i INVENTORY --list > hosts.json';

/** Reads one inventory, as Ansible itself would take it; programs are never run. */
export async function readSource({ path, asked }: Source, context: SourceContext, level = 0): Promise<void> {
  if ((await kindOf(path)) !== 'folder') {
    await readFile({ path, asked }, context);
    return;
  }
  const paths = level > FOLDER_LIMIT_LEVELS ? undefined : await pathsIn(path);
  if (paths === undefined) {
    const message =
      level > FOLDER_LIMIT_LEVELS
        ? `Folders are nested more than ${String(FOLDER_LIMIT_LEVELS)} levels deep in ${quote(path)}.`
        : `The folder ${quote(path)} can't be listed.`;
    context.problems.error({ code: 'unreadable', message, at: asked });
    return;
  }
  for (const inner of paths) {
    const name = basename(inner);
    if (IGNORED_NAME.test(name)) continue;
    if (IGNORED_INI.test(name)) {
      const message = `${quote(name)} is not read: in folders Ansible passes over files that end in ${extname(name)}.`;
      const hint = `Rename it to ${showName(name.replace(IGNORED_INI, ''))}, or name the file itself.`;
      context.problems.warn({ code: 'ignored', message, hint, at: fileMark(inner) });
      continue;
    }
    await readSource({ path: inner, asked }, context, level + 1);
  }
}

async function readFile({ path, asked }: Source, { roster, files, problems }: SourceContext): Promise<void> {
  const source = await files.text(path, asked);
  if (source === undefined) return;
  const refusal = refusalOf(source);
  if (refusal !== undefined) {
    problems.error({ code: 'refused', ...refusal, at: source.mark(0) });
    return;
  }
  roster.currentFile = path;
  if (looksLikeYaml(source)) readYamlInventory(source, roster, problems);
  else readIni(source, roster, problems);
}

function refusalOf({ path, text }: SourceText): { readonly message: string; readonly hint: string } | undefined {
  const name = quote(path);
  if (text.startsWith('#!')) {
    return { message: `${name} is a program that makes an inventory; Freehold never runs one.`, hint: BRIDGE };
  }
  if (text.startsWith(VAULT)) {
    const hint = 'Keep the hosts in a plain file and the secrets in another one; Freehold needs no secrets.';
    return { message: `${name} is encrypted with ansible-vault.`, hint };
  }
  return extname(path) === '.toml'
    ? { message: `${name} is a TOML inventory, which is not read.`, hint: BRIDGE }
    : undefined;
}

/**
 * Ansible tries one plugin after the other; looking at the first line gives the same answer, and a message about the format that was meant.
 * Only these endings can be YAML (ansible.builtin.yaml, `yaml_extensions`).
 */
function looksLikeYaml({ path, text }: SourceText): boolean {
  if (!YAML_ENDINGS.has(extname(basename(path)))) return false;
  const first = text.split('\n').find((line) => line.trim() !== '' && !/^\s*[#;]/.test(line)) ?? '';
  return /^\s*(?:---|%YAML|\{|(?:"[^"]*"|'[^']*'|[^\s=[\]{}#:]+(?::[^\s=:]+)*)\s*:(?:\s|$))/.test(first);
}

function readYamlInventory(source: SourceText, roster: Roster, problems: Problems): void {
  const root = readPythonYaml(source, problems);
  if (root === undefined) return;
  if (root.kind !== 'map') {
    const message = `A YAML inventory is made of groups, as keys with what is in them; this is ${wordsFor(root)}.`;
    problems.error({ code: 'not-a-map', message, hint: 'Start with `all:`, and `hosts:` below it.', at: root.mark });
    return;
  }
  const plugin = root.entries.get('plugin');
  if (plugin !== undefined) {
    const message = `${quote(source.path)} configures a plugin that asks somebody else for the inventory; Freehold runs none.`;
    problems.error({ code: 'refused', message, hint: BRIDGE, at: plugin.key });
  } else if (root.entries.has(META_KEY)) readListOutput(root, roster, problems);
  else readYamlGroups(root, roster, problems);
}

function wordsFor({ kind }: Node): string {
  if (kind === 'list') return 'a list';
  return kind === 'empty' ? 'empty' : 'a single value';
}
