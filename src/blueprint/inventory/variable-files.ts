import { basename, dirname, extname, join } from 'node:path';
import type { Problems } from '../problems.ts';
import { quote } from '../quote.ts';
import { fileMark, type InventoryFiles, kindOf, pathsIn } from './files.ts';
import { FOLDER_LIMIT_LEVELS } from './limits.ts';
import { readPythonYaml } from './python-yaml.ts';
import type { Roster, RosterGroup, RosterHost } from './roster.ts';
import { variableOf } from './variable.ts';

/** What is before the name of a file with variables, in the order in which Ansible looks; the first that exists counts. */
const ENDINGS = ['', '.yml', '.yaml', '.json'];
const VAULT = '$ANSIBLE_VAULT;';

export interface VariableFilesContext {
  readonly roster: Roster;
  readonly files: InventoryFiles;
  readonly problems: Problems;
  /** Takes the files that ansible-vault has encrypted whole. */
  readonly encrypted: string[];
}

/**
 * Reads `group_vars/` and `host_vars/` beside an inventory (ansible.builtin.host_group_vars): for the name N the file N, N.yml,
 * N.yaml or N.json, or every file in the folder N. Those beside playbooks are not looked for: there are no playbooks here.
 */
export async function readVariableFiles(inventory: string, context: VariableFilesContext): Promise<void> {
  const folder = (await kindOf(inventory)) === 'folder' ? inventory : dirname(inventory);
  const { roster } = context;
  await readFolder(join(folder, 'group_vars'), roster.groups, context);
  await readFolder(join(folder, 'host_vars'), roster.hosts, context);
}

async function readFolder(
  folder: string,
  entities: ReadonlyMap<string, RosterGroup | RosterHost>,
  context: VariableFilesContext,
): Promise<void> {
  if ((await kindOf(folder)) !== 'folder') return;
  const paths = await pathsIn(folder);
  if (paths === undefined) {
    const message = `The folder ${quote(folder)} can't be listed.`;
    context.problems.error({ code: 'unreadable', message, at: fileMark(folder) });
    return;
  }
  // One listing instead of four looks for each of 100,000 hosts.
  const byName = new Map(paths.map((path) => [basename(path), path]));
  for (const [name, entity] of entities) {
    const path = ENDINGS.map((ending) => byName.get(name + ending)).find((one) => one !== undefined);
    if (path === undefined || name.startsWith('/')) continue;
    for (const file of await filesAt(path, 0)) await readVariables(file, entity, context);
  }
}

/** A file, or the files of a folder in order: those without an ending that nobody knows, hidden ones, and backups. */
async function filesAt(path: string, level: number): Promise<readonly string[]> {
  if ((await kindOf(path)) === 'file') return [path];
  if (level > FOLDER_LIMIT_LEVELS) return [];
  const found: string[] = [];
  for (const inner of (await pathsIn(path)) ?? []) {
    const name = basename(inner);
    if (name.startsWith('.') || name.endsWith('~')) continue;
    const isFolder = (await kindOf(inner)) === 'folder';
    if (isFolder ? extname(name) === '' : ENDINGS.includes(extname(name))) {
      found.push(...(await filesAt(inner, level + 1)));
    }
  }
  return found;
}

async function readVariables(
  path: string,
  entity: RosterGroup | RosterHost,
  { roster, files, problems, encrypted }: VariableFilesContext,
): Promise<void> {
  const source = await files.text(path, fileMark(path));
  if (source === undefined) return;
  if (source.text.startsWith(VAULT)) {
    encrypted.push(path);
    return;
  }
  const root = readPythonYaml(source, problems);
  if (root === undefined || root.kind === 'empty' || (root.kind === 'scalar' && root.value === null)) return;
  if (root.kind !== 'map') {
    const message = `${quote(path)} must hold variables, as keys with values.`;
    problems.error({ code: 'not-a-map', message, at: root.mark });
    return;
  }
  for (const [name, { key, value }] of root.entries) {
    roster.setVariable(entity, [name, variableOf(value, key)], 'files');
  }
}
