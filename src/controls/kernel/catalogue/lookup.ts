import { loadAssetData } from '../../../core/assets.ts';
import type { Reference } from '../../../core/finding.ts';
import { remembered } from '../../../core/remembered.ts';
import type { Knowledge, SysctlKnowledge, SysctlOrder } from './knowledge.ts';
import type { CatalogueEntry, CatalogueFile, SourcesFile, SysctlEntry, SysctlFile } from './schema.ts';

const FOLDER = 'src/controls/kernel/catalogue';

interface Catalogue {
  readonly sysctl: SysctlFile;
  readonly boot: CatalogueFile;
  readonly modules: CatalogueFile;
  readonly sources: SourcesFile;
}

const files: Partial<Catalogue> = {};

/** Reads a file when it is first asked for. It ships with Freehold, and catalogue.test.ts holds it against its schema. */
function file<Name extends keyof Catalogue>(name: Name): Catalogue[Name] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the parse boundary of data that ships
  const content = files[name] ?? (loadAssetData(`${FOLDER}/${name}.yaml`) as Catalogue[Name]);
  files[name] = content;
  return content;
}

/** What is known of a key in sysctl(8)'s spelling; an interface's key finds the entry of all interfaces. */
export const sysctlKnowledge = remembered((key): SysctlKnowledge | undefined => {
  const { keys } = file('sysctl');
  const pattern = key.replace(INTERFACE_KEY, '$1*$3');
  const entry = own(keys, key) ?? own(keys, pattern);
  if (entry === undefined) return undefined;
  const scope = INTERFACE_KEY.exec(key)?.[2];
  const title = scope === undefined ? entry.title : `${entry.title}, ${scopeInWords(scope)}`;
  const known = Object.hasOwn(keys, key) ? key : pattern;
  return { ...knowledgeOf(entry, sysctlCommands(known)), title, ...extras(entry) };
});

export const bootKnowledge = remembered((name): Knowledge | undefined => {
  const entry = own(file('boot').keys, name);
  return (
    entry && knowledgeOf(entry, [`grep -ow '${name}[^ ]*' /proc/cmdline`, `grep -w '${name}' /boot/grub/grub.cfg`])
  );
});

/** `-` and `_` are one character in the names of modules. */
export const moduleKnowledge = remembered((name): Knowledge | undefined => {
  const module = name.replaceAll('-', '_');
  const entry = own(file('modules').keys, module);
  return entry && knowledgeOf(entry, [`grep -w '^${module}' /proc/modules`, `modprobe -n -v ${module}`]);
});

/** Every key there is knowledge of; `*` stands for an interface. */
export function sysctlKeys(): readonly string[] {
  return Object.keys(file('sysctl').keys);
}

export function bootNames(): readonly string[] {
  return Object.keys(file('boot').keys);
}

export function moduleNames(): readonly string[] {
  return Object.keys(file('modules').keys);
}

const INTERFACE_KEY = /^(net\.ipv[46]\.conf\.)([^.]+)(\..+)$/;
const SYSCTL_FILES =
  '/etc/sysctl.conf /etc/sysctl.d /run/sysctl.d /usr/local/lib/sysctl.d /usr/lib/sysctl.d /lib/sysctl.d';

function own<Entry>(entries: Readonly<Record<string, Entry>>, key: string): Entry | undefined {
  return Object.hasOwn(entries, key) ? entries[key] : undefined;
}

/**
 * Made of the catalogue's own key alone: an interface may be called nearly anything (dev_valid_name() of net/core/dev.c), and a
 * person copies these lines into a shell. Files are searched for the last part, which every spelling of a key ends with.
 */
function sysctlCommands(key: string): readonly string[] {
  const look = key.includes('*') ? `grep . /proc/sys/${key.replaceAll('.', '/')}` : `sysctl ${key}`;
  const leaf = key.slice(key.lastIndexOf('.') + 1);
  return [look, `grep -rsw -e '${leaf}' ${SYSCTL_FILES}`];
}

function scopeInWords(scope: string): string {
  if (scope === 'all' || scope === '*') return 'all interfaces';
  return scope === 'default' ? 'new interfaces' : scope.replaceAll('/', '.');
}

function knowledgeOf(entry: CatalogueEntry, checkByHand: readonly string[]): Knowledge {
  const { references, ...texts } = entry;
  return { ...texts, checkByHand, references: references.map(toReference) };
}

function toReference({ source, item }: CatalogueEntry['references'][number]): Reference {
  const document = own(file('sources').sources, source);
  if (document === undefined) throw new Error(`the catalogue cites ${source}, which sources.yaml doesn't know`);
  const { title, version, url } = document;
  return { source: title, item, ...(version !== undefined && { version }), url };
}

function extras(entry: SysctlEntry): Omit<SysctlKnowledge, keyof Knowledge> {
  const { writeOnce, requiresModule, interfaceRule } = entry;
  return {
    isPerNetworkNamespace: entry.isPerNetworkNamespace === true,
    order: orderOf(entry.order),
    ...(writeOnce !== undefined && { writeOnce }),
    ...(requiresModule !== undefined && { requiresModule }),
    ...(interfaceRule !== undefined && { interfaceRule }),
  };
}

function orderOf(order: SysctlEntry['order']): SysctlOrder {
  if (order === undefined) return { kind: 'none' };
  return typeof order === 'string' ? { kind: order } : { kind: 'ranks', ranks: order };
}
