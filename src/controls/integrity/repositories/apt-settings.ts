import type { Location } from '../../../core/finding.ts';
import type { Directive } from './apt-conf.ts';

export interface Setting {
  readonly value: string;
  readonly where: Location;
}

/** What apt's files come to, by names in lower case: the last that says something counts. Lists are left out. */
export type Settings = ReadonlyMap<string, Setting>;

/** Plays directives in their order; includes must have been put in their places before. */
export function settle(directives: readonly Directive[]): Settings {
  const settings = new Map<string, Setting>();
  for (const directive of directives) {
    if (directive.kind === 'clear') clear(settings, directive.name.toLowerCase());
    if (directive.kind !== 'set') continue;
    const name = directive.name.toLowerCase();
    if (name === '' || name.split('::').includes('')) continue;
    settings.set(name, { value: directive.value, where: directive.where });
  }
  return settings;
}

function clear(settings: Map<string, Setting>, tree: string): void {
  for (const name of settings.keys()) {
    if (name === tree || name.startsWith(`${tree}::`)) settings.delete(name);
  }
}
