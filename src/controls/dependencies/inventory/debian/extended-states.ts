import { readStanzas } from './stanzas.ts';

const WANTED: ReadonlySet<string> = new Set(['package', 'architecture', 'auto-installed']);

/**
 * The keys (`name:architecture`) of what /var/lib/apt/extended_states says was installed because something else needed it. APT
 * writes the machine's own architecture for packages of architecture `all`. Source: apt-mark(8); pkgDepCache::writeStateFile() of APT.
 */
export function automaticallyInstalled(text: string): ReadonlySet<string> {
  const keys = new Set<string>();
  readStanzas(text, WANTED, {
    stanza: ({ fields }) => {
      const name = fields.get('package')?.value;
      const architecture = fields.get('architecture')?.value;
      if (name === undefined || architecture === undefined || fields.get('auto-installed')?.value !== '1') return;
      keys.add(`${name}:${architecture}`);
    },
    // What isn't known here is for dpkg's own file to tell.
    badLine: () => undefined,
  });
  return keys;
}
