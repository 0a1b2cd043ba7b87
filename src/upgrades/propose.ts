import { posix } from 'node:path';
import type { CommandChange } from '../core/change.ts';
import type { Host } from '../host/host.ts';
import type { DependenciesPolicy } from '../controls/dependencies/policy.ts';
import type { DependenciesState, Place } from '../controls/dependencies/state.ts';
import { withoutCollisions } from './collisions.ts';
import { proposeForDebian } from './debian/apt.ts';
import { isFilledBy, lockedBy } from './lock/locked.ts';
import { proposeForLock } from './lock/project.ts';
import type { Proposal } from '../controls/dependencies/proposal.ts';
import { virtualEnvironmentOf } from './python/environment.ts';
import { isBeside, proposeForProject, proposeForRequirements } from './python/project.ts';
import { check, leftAlone, type Workbench } from './tool.ts';
import { actorOn } from './trusted.ts';
import { type IsToBeMended, wantedIn } from '../controls/dependencies/judgement/wanted.ts';

export interface ProposeOptions {
  readonly policy: DependenciesPolicy;
  readonly isToBeMended: IsToBeMended;
  /** Called before a package manager is asked about a place: that can take a while. */
  readonly onJob?: (place: Place) => void;
}

/** Places that one package manager changes together. */
interface Job {
  readonly places: readonly Place[];
  readonly propose: (workbench: Workbench) => Promise<Proposal>;
}

/**
 * Asks the package managers of a machine that runs what they would do about what is to be mended. Nothing changes, but they may ask
 * their registries, and build what they have to look into.
 */
export async function proposeUpgrades(
  host: Host,
  { places, knowledge }: DependenciesState,
  { policy, isToBeMended, onJob }: ProposeOptions,
): Promise<readonly Proposal[]> {
  const wanted = new Map(places.map((place) => [place.path, wantedIn(place, knowledge, isToBeMended)]));
  const actor = await actorOn(host);
  if (actor === undefined) throw new Error(`${host.facts.address} doesn't say who Freehold is there`);
  const workbench: Workbench = { host, actor, knowledge, wanted };
  const isConcerned = ({ path }: Place): boolean => {
    const { wants = [], hopeless = new Map() } = wanted.get(path) ?? {};
    return wants.length + hopeless.size > 0;
  };
  const proposals: Proposal[] = [];
  for (const job of await jobsFor(host, places)) {
    // One after the other: package managers lock what they keep.
    const place = job.places.find(isConcerned);
    if (place === undefined) continue;
    onJob?.(place);
    proposals.push(await job.propose(workbench));
  }
  const checks = policy.checks.map(checkOf);
  return withoutCollisions(proposals, places, workbench).map((one) =>
    one.changes.length === 0 ? one : { ...one, changes: [...one.changes, ...checks] },
  );
}

function checkOf(argv: readonly [string, ...string[]]): CommandChange {
  return check(`check: ${argv.join(' ')}`, argv);
}

async function jobsFor(host: Host, places: readonly Place[]): Promise<readonly Job[]> {
  const taken = new Set<Place>();
  const jobs: Job[] = [];
  const add = (own: readonly Place[], propose: Job['propose']): void => {
    for (const place of own) taken.add(place);
    jobs.push({ places: own, propose });
  };
  const environments = await Promise.all(
    places
      .filter(({ kind }) => kind === 'python-environment')
      .map(async (place) => ({ place, environment: await virtualEnvironmentOf(host, place) })),
  );
  for (const { place, environment } of environments) {
    if (environment === undefined) continue;
    const isFree = (one: Place): boolean =>
      one.kind === 'requirements' && !taken.has(one) && isBeside(one, environment);
    const requirements = places.filter(isFree);
    add([place, ...requirements], (bench) => proposeForProject(bench, { place, environment, requirements }));
  }
  for (const place of places) {
    const locked = await lockedBy(host, place);
    if (locked === undefined) continue;
    const installed = places.filter((one) => !taken.has(one) && isFilledBy(one, locked, places));
    const { lock, tool } = locked;
    add([lock, ...installed], (bench) => proposeForLock(bench, { lock, tool, installed }));
  }
  for (const place of places) {
    if (taken.has(place)) continue;
    if (place.kind === 'requirements') add([place], (bench) => proposeForRequirements(bench, place));
    else if (place.kind === 'debian') add([place], (bench) => proposeForDebian(bench, place));
    else add([place], (bench) => Promise.resolve(leftAlone([place], bench, byHand(place))));
  }
  return jobs;
}

/** Places that Freehold doesn't change: who does. */
function byHand({ kind, path }: Place): string {
  const tool = BY_HAND[posix.basename(path)];
  if (tool !== undefined) return `Upgrade it with ${tool}: Freehold doesn't write ${posix.basename(path)} yet.`;
  if (kind === 'python-environment') {
    return 'It is no virtual environment, and so can’t be put back as a whole: upgrade what put it there, or move it into one.';
  }
  if (kind === 'node-modules') return 'There is no lock file beside it: install it anew from one.';
  return 'Upgrade what made this file.';
}

const BY_HAND: Readonly<Record<string, string>> = {
  'poetry.lock': '`poetry update NAME`',
  'Pipfile.lock': '`pipenv upgrade NAME`',
  'uv.lock': '`uv lock --upgrade-package NAME`',
  'pdm.lock': '`pdm update NAME`',
  'pylock.toml': 'the tool that wrote it',
};
