import { z } from 'zod';
import { check } from '../check.ts';
import { settleEmpties } from '../empties.ts';
import type { Problems } from '../problems.ts';
import { jsonSchemaOf, viewPlace } from '../schema-view.ts';
import { findNode, type MapEntry, type MapNode, type Node, type Path } from '../tree.ts';
import { GROUP_NAME_LIMIT_CHARACTERS, HOST_NAME_LIMIT_CHARACTERS } from './limits.ts';

/** Names stand in patterns, where these characters mean something else. */
const NAME = /^[^\s\0-\x1f\x7f,:!&~@*?[\]{}'"\\/][^\s\0-\x1f\x7f,:*?[\]{}'"\\/]*$/;
const NAME_RULE = 'must be a name without blanks, slashes and the signs of patterns (, : * ? [ ])';
const ADDRESS =
  /^(?:local|ssh:\/\/[^\s:@]+|ssh:\/\/[^\s:@]+@[^\s@:]+|ssh:\/\/(?:[^\s:@]+@)?[^\s@:]+:[0-9]{1,5}|ssh:\/\/(?:[^\s:@]+@)?\[[0-9A-Fa-f:.]+(?:%[^\s\]]+)?\](?::[0-9]{1,5})?|(?:podman|docker):\/\/[^\s]+|nsenter:\/\/[0-9]{1,7}|(?:image|recorded):[^\0-\x1f]+|[^\0-\x1f]+\.fhr)$/;
const ADDRESS_RULE =
  'must be an address: local, ssh://admin@files.example.org:22, podman://name, docker://name, nsenter://4711, image:path or the path of a recording (.fhr)';

const hostName = z.string().max(HOST_NAME_LIMIT_CHARACTERS).regex(NAME, NAME_RULE);
const groupName = z
  .string()
  .max(GROUP_NAME_LIMIT_CHARACTERS)
  .regex(NAME, NAME_RULE)
  .regex(/^(?!(?:ungrouped)$)/, 'must not be ungrouped: which hosts are in no group follows from the others');
const oneLine = z
  .string()
  .regex(/^[^\0-\x1f\x7f-\x9f]*$/, 'must be one line without control characters')
  .regex(/\S/, 'must not be empty');

const become = z
  .literal(['sudo', 'doas', false])
  .describe('How to become root there when the user isn’t: sudo or doas; false takes back what a group says.');
const blueprint = oneLine.describe(
  'The blueprint it is held against: a preset, or the path of a blueprint file. Left out, the one of the command counts.',
);
const identityFile = oneLine.describe('The private key that ssh logs in with. Left out, ssh finds one itself.');
const variables = z
  .record(
    z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]*$/, 'must be a name of letters, digits, _ and -'),
    z.union([z.string(), z.number(), z.boolean()]),
  )
  .describe('Values for the variables of its blueprint, instead of those in `variables:` there.');

const address = z.string().regex(ADDRESS, ADDRESS_RULE);

const host = z
  .union([
    address,
    z.strictObject({
      address: address
        .exactOptional()
        .describe('How it is reached: ssh://admin@files.example.org:22. Left out, ssh:// and its name.'),
      become: become.exactOptional(),
      identityFile: identityFile.exactOptional(),
      blueprint: blueprint.exactOptional(),
      variables: variables.exactOptional(),
    }),
  ])
  .describe('The address of the machine, or what there is to say about it.');

const group = z
  .strictObject({
    hosts: z.array(oneLine).exactOptional().describe('The names of its hosts.'),
    groups: z.array(groupName).exactOptional().describe('Groups that stand inside it; their hosts are its hosts too.'),
    become: become.exactOptional(),
    identityFile: identityFile.exactOptional(),
    blueprint: blueprint.exactOptional(),
    variables: variables.exactOptional(),
  })
  .describe(
    'Its hosts, and what holds for all of them. A group of an Ansible inventory can be given a blueprint here.',
  );

/** The `inventory:` of a blueprint. */
export const inventorySchema = z
  .strictObject({
    from: z
      .union([oneLine, z.array(oneLine)])
      .exactOptional()
      .describe('Ansible inventories as they are: paths of INI or YAML files, or of folders with such files.'),
    hosts: z.record(hostName, host).exactOptional().describe('Machines by name.'),
    groups: z.record(groupName, group).exactOptional().describe('Groups of hosts by name; all is every host.'),
  })
  .describe('The machines that this blueprint is for.');

export type InventoryData = z.output<typeof inventorySchema>;
export type HostData = Exclude<NonNullable<InventoryData['hosts']>[string], string>;
export type GroupData = NonNullable<InventoryData['groups']>[string];

/** An `inventory:` that fits its schema, with the places of everything in it. */
export interface InventorySection {
  readonly data: InventoryData;
  readonly root: MapNode;
}

export const INVENTORY_KEY = 'inventory';

export interface ReadSectionOptions {
  /** The whole blueprint. */
  readonly root: MapNode;
  readonly problems: Problems;
  readonly isPartial: boolean;
}

/** Looks at the `inventory:` of a blueprint. `undefined` where there is none, or something is wrong with it. */
export function readInventorySection({ root, problems, isPartial }: ReadSectionOptions): InventorySection | undefined {
  const written = root.entries.get(INVENTORY_KEY);
  if (written === undefined || written.value.kind === 'empty') return undefined;
  const filled: MapNode = { ...root, entries: new Map([[INVENTORY_KEY, withEmptyHosts(written)]]) };
  const schema = jsonSchemaOf(inventorySchema);
  const settled = settleEmpties(filled, {
    path: [],
    problems,
    view: ([, ...path]: Path) => (path.length === 0 ? { keys: [], isContainer: true } : viewPlace(schema, path)),
  });
  const data = check(inventorySchema, { root: settled, at: [INVENTORY_KEY], problems, isPartial });
  const node = findNode(settled, [INVENTORY_KEY])?.node;
  return data === undefined || node?.kind !== 'map' ? undefined : { data, root: node };
}

/** `db1:` alone is a host of which there is nothing more to say, and a group may wait for its hosts. */
function withEmptyHosts(inventory: MapEntry): MapEntry {
  return changeMap(inventory, (name, section) =>
    name === 'hosts' || name === 'groups' ? changeMap(section, (_, entry) => filledEntry(entry)) : section,
  );
}

function changeMap(entry: MapEntry, change: (name: string, entry: MapEntry) => MapEntry): MapEntry {
  const { key, value } = entry;
  if (value.kind !== 'map') return entry;
  const entries = [...value.entries].map(([name, one]): [string, MapEntry] => [name, change(name, one)]);
  return { key, value: { ...value, entries: new Map(entries) } };
}

function filledEntry(entry: MapEntry): MapEntry {
  if (entry.value.kind !== 'empty') return entry;
  const nothing: Node = { kind: 'map', entries: new Map(), mark: entry.value.mark };
  return { ...entry, value: nothing };
}
