import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Json } from '../../core/json.ts';
import { FILE_ENDING, unknownPreset } from '../collect.ts';
import { PRESETS } from '../preset-names.ts';
import type { Problems } from '../problems.ts';
import { quote, showName } from '../quote.ts';
import type { Mark } from '../source-text.ts';
import { findNearest, type Path } from '../tree.ts';
import type { Roster, RosterGroup, RosterHost } from './roster.ts';
import type { GroupData, HostData, InventorySection } from './section.ts';
import type { Source } from './sources.ts';

/** The inventories that `from:` names, counted from the folder of the file it stands in. */
export function sourcesOf(section: InventorySection): readonly Source[] {
  const { from = [] } = section.data;
  const isList = Array.isArray(from);
  return [from].flat().map((path, index) => {
    const asked = markAt(section, isList ? ['from', index] : ['from']);
    return { path: besideFile(path, asked), asked };
  });
}

/** Adds the hosts and groups that a blueprint names itself; inventories of `from:` are in the roster already. */
export function readOwnForm(section: InventorySection, roster: Roster, problems: Problems): void {
  new OwnForm(section, roster, problems).read();
}

class OwnForm {
  readonly #section: InventorySection;
  readonly #roster: Roster;
  readonly #problems: Problems;

  constructor(section: InventorySection, roster: Roster, problems: Problems) {
    this.#section = section;
    this.#roster = roster;
    this.#problems = problems;
  }

  read(): void {
    const { hosts = {}, groups = {} } = this.#section.data;
    for (const [name, data] of Object.entries(hosts))
      this.#host(name, typeof data === 'string' ? { address: data } : data);
    // All of them first: a group may stand inside one that is written above it.
    for (const name of Object.keys(groups)) this.#roster.group(name, this.#mark('groups', name));
    for (const [name, data] of Object.entries(groups)) {
      const group = this.#roster.groups.get(name);
      if (group !== undefined) this.#group(group, data);
    }
  }

  #host(name: string, data: HostData): void {
    const mark = this.#mark('hosts', name);
    const known = this.#roster.hosts.get(name);
    const host = known ?? this.#roster.host(name, this.#roster.all, mark);
    if (host === undefined) return;
    if (data.address !== undefined) {
      const at = this.#mark('hosts', name, 'address');
      host.address = { text: absoluteAddress(data.address, at), mark: at };
    }
    this.#settings(host, data, ['hosts', name]);
  }

  #group(group: RosterGroup, data: GroupData): void {
    const path = ['groups', group.name];
    for (const [index, name] of (data.hosts ?? []).entries()) {
      const mark = this.#mark(...path, 'hosts', index);
      const host = this.#roster.hosts.get(name);
      if (host === undefined) this.#unknown('host', name, mark);
      else this.#roster.addHost(group, host, mark);
    }
    for (const [index, name] of (data.groups ?? []).entries()) {
      const mark = this.#mark(...path, 'groups', index);
      const child = this.#roster.groups.get(name);
      if (child === undefined) this.#unknown('group', name, mark);
      else this.#roster.addChild(group, child, mark);
    }
    this.#settings(group, data, path);
  }

  #settings(entity: RosterHost | RosterGroup, data: HostData | GroupData, path: Path): void {
    const set = (name: string, value: Json, mark: Mark): void => {
      this.#roster.setVariable(entity, [name, { value, mark, isEncrypted: false }], 'blueprint');
    };
    for (const [name, value] of Object.entries(data.variables ?? {})) {
      set(name, value, this.#mark(...path, 'variables', name));
    }
    if (data.become !== undefined) {
      const mark = this.#mark(...path, 'become');
      set('ansible_become', data.become !== false, mark);
      if (data.become !== false) {
        set('ansible_become_method', data.become, mark);
        set('ansible_become_user', 'root', mark);
      }
    }
    if (data.identityFile !== undefined) {
      const mark = this.#mark(...path, 'identityFile');
      set('ansible_ssh_private_key_file', identityPath(data.identityFile, mark), mark);
    }
    if (data.blueprint !== undefined) {
      const mark = this.#mark(...path, 'blueprint');
      const reference = this.#blueprint(data.blueprint, mark);
      if (reference !== undefined) entity.blueprint = { reference, mark };
    }
  }

  /** A preset by its name, or a file, counted from the folder of this one: as in `extends:`. */
  #blueprint(text: string, at: Mark): string | undefined {
    if (PRESETS.some((name) => name === text)) return text;
    if (text.includes('/') || FILE_ENDING.test(text)) return resolve(besideFile(text, at));
    this.#problems.error({ ...unknownPreset(text, PRESETS), at });
    return undefined;
  }

  #unknown(kind: 'host' | 'group', name: string, at: Mark): void {
    const add = kind === 'host' ? `Add ${quote(name)} to \`hosts:\`.` : `Add ${quote(name)} to \`groups:\`.`;
    const hint = this.#roster.nearest(name, kind === 'host' ? 'hosts' : 'groups') ?? add;
    this.#problems.error({ code: `unknown-${kind}`, message: `There is no ${kind} ${showName(name)}.`, hint, at });
  }

  #mark(...path: Path): Mark {
    return markAt(this.#section, path);
  }
}

function markAt({ root }: InventorySection, path: Path): Mark {
  return findNearest(root, path).place;
}

function besideFile(path: string, mark: Mark): string {
  return isAbsolute(path) ? path : join(dirname(mark.position().path), path);
}

/** A path in an address counts from the folder of the file, like every other path in a blueprint. */
function absoluteAddress(text: string, mark: Mark): string {
  const folder = dirname(mark.position().path);
  const path = /^(?:image|recorded):(?:\/\/(?=\/))?(.*)$/s.exec(text)?.[1];
  if (path !== undefined)
    return text.startsWith('image') ? `image://${resolve(folder, path)}` : `recorded:${resolve(folder, path)}`;
  return /^[a-z]+:/.test(text) || text === 'local' ? text : `recorded:${resolve(folder, text)}`;
}

/** ssh(1) itself knows what ~ and %d mean. */
function identityPath(path: string, mark: Mark): string {
  return /^[~%]/.test(path) ? path : besideFile(path, mark);
}
