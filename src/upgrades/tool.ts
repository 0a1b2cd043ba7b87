import type { Change, CommandChange } from '../core/change.ts';
import type { Host } from '../host/host.ts';
import type { Knowledge, Place } from '../controls/dependencies/state.ts';
import type { Proposal, PlaceAfter } from '../controls/dependencies/proposal.ts';
import type { Actor } from './trusted.ts';
import type { Wanted } from '../controls/dependencies/judgement/wanted.ts';

/** What a package manager needs to know to say what it would do. */
export interface Workbench {
  readonly host: Host;
  readonly actor: Actor;
  readonly knowledge: Knowledge;
  /** What is to change in each place, by its path. */
  readonly wanted: ReadonlyMap<string, Wanted>;
}

/** Nothing is done to these places, for one reason. */
export function leftAlone(places: readonly Place[], { wanted }: Workbench, reason: string): Proposal {
  return { places: places.map((place) => unchanged(place, wanted.get(place.path), reason)), changes: [] };
}

/** A place as it is; what is wanted in it has `reason`, and what can't be wanted its own. */
export function unchanged(place: Place, wanted: Wanted | undefined, reason: string): PlaceAfter {
  const wants = wanted?.wants ?? [];
  return {
    path: place.path,
    packages: place.packages,
    obstacles: new Map([...(wanted?.hopeless ?? []), ...wants.map((want) => [want.package.key, reason] as const)]),
  };
}

/** A program that must succeed for the run to stand, and changes nothing. */
export function check(title: string, run: readonly [string, ...string[]]): CommandChange {
  return { kind: 'command', title, run, undo: null, touches: [] };
}

/** The same file with another text. */
export function rewritten(path: string, content: string): Change {
  return { kind: 'file', path, content, created: { mode: 0o644, owner: 'root', group: 'root' } };
}
