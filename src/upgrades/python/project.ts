import { posix } from 'node:path';
import type { Package } from '../../controls/dependencies/inventory/package.ts';
import { normalizedName } from '../../controls/dependencies/inventory/python/name.ts';
import type { Place } from '../../controls/dependencies/state.ts';
import type { Proposal, Want } from '../../controls/dependencies/proposal.ts';
import { leftAlone, unchanged, type Workbench } from '../tool.ts';
import { whereIs } from '../where-is.ts';
import { certainWeaknesses } from '../../controls/dependencies/judgement/wanted.ts';
import { type VirtualEnvironment, whyNotOfItsPython } from './environment.ts';
import { installing, rehearse, type Rehearsal } from './pip.ts';
import { repin } from './pins.ts';
import { whyEnvironmentNotTrusted, whyFilesNotTrusted } from './trust.ts';
import { boundsIn } from './wishes.ts';

/** A virtual environment, and the requirements files that lie beside it or in it. */
export interface PythonProject {
  readonly place: Place;
  readonly environment: VirtualEnvironment;
  readonly requirements: readonly Place[];
}

/** Whether a requirements file says what an environment should have: `/srv/app/requirements.txt`, `/srv/app/.venv`. */
export function isBeside({ path }: Place, { root }: VirtualEnvironment): boolean {
  return [root, posix.dirname(root)].includes(posix.dirname(path));
}

export async function proposeForProject(workbench: Workbench, project: PythonProject): Promise<Proposal> {
  const { place, environment, requirements } = project;
  const { wanted } = workbench;
  const all = [place, ...requirements];
  const distrust =
    (await whyEnvironmentNotTrusted(workbench, environment)) ?? (await whyFilesNotTrusted(workbench, requirements));
  if (distrust !== undefined) return leftAlone(all, workbench, `${distrust}.`);
  const misfit = await whyNotOfItsPython(workbench.host, environment);
  if (misfit !== undefined) return leftAlone(all, workbench, misfit);
  if (!place.packages.some(({ key }) => key === 'pip')) {
    return leftAlone(all, workbench, `There is no pip in ${environment.root} to upgrade with.`);
  }
  const wants = wanted.get(place.path)?.wants ?? [];
  const rehearsed = {
    python: environment.python,
    packages: place.packages,
    wants,
    bounds: boundsIn(requirements.flatMap(({ packages }) => packages.filter(isInstalledIn(place)))),
    beside: 'what-is-installed',
  } as const;
  const rehearsal =
    wants.length === 0
      ? { packages: place.packages, upgrades: [], obstacles: new Map<string, string>() }
      : await rehearse(workbench, rehearsed);
  const repinned = await Promise.all(requirements.map((one) => repinLike(workbench, one, rehearsal)));
  const hopeless = wanted.get(place.path)?.hopeless ?? [];
  const { packages, upgrades } = rehearsal;
  return {
    places: [
      { path: place.path, packages, obstacles: new Map([...hopeless, ...rehearsal.obstacles]) },
      ...repinned.map(({ after }) => after),
    ],
    changes: [
      ...(upgrades.length === 0 ? [] : await installing(workbench, environment, upgrades)),
      ...repinned.flatMap(({ changes }) => changes),
    ],
  };
}

/** A file beside an environment gets what the environment gets: what is wanted, and every other package that moves for it. */
function repinLike(
  workbench: Workbench,
  place: Place,
  { packages, upgrades, obstacles }: Rehearsal,
): ReturnType<typeof repin> {
  const { host, wanted, knowledge } = workbench;
  const { wants = [], hopeless = new Map<string, string>() } = wanted.get(place.path) ?? {};
  const isWanted = (one: Package): boolean => wants.some((want) => want.package === one);
  const along = place.packages.flatMap((one): readonly Want[] => {
    const upgrade = upgrades.find(({ name }) => normalizedName(name) === normalizedName(one.name));
    const isPin = one.version !== undefined && one.origin === undefined;
    return upgrade === undefined || !isPin || isWanted(one) ? [] : [{ package: one, target: upgrade.to }];
  });
  return repin(host, place, {
    wants: [...wants, ...along],
    hopeless,
    versionOf({ package: one, target }) {
      const installed = packages.find(({ name }) => normalizedName(name) === normalizedName(one.name));
      if (installed?.version === undefined) return { version: target };
      if (!isWanted(one) || certainWeaknesses(installed, knowledge).length === 0) return { version: installed.version };
      const reason = `The environment beside it keeps ${one.name} ${installed.version}.`;
      return { reason: obstacles.get(installed.key) ?? reason };
    },
  });
}

/** What is asked for and isn't there need not come with an upgrade of something else. */
function isInstalledIn({ packages }: Place): (one: Package) => boolean {
  const names = new Set(packages.map(({ name }) => normalizedName(name)));
  return ({ name }) => names.has(normalizedName(name));
}

/** A requirements file with no environment beside it: any pip of the machine says whether what it asks for goes together. */
export async function proposeForRequirements(workbench: Workbench, place: Place): Promise<Proposal> {
  const { host, wanted } = workbench;
  const { wants = [], hopeless = new Map<string, string>() } = wanted.get(place.path) ?? {};
  const distrust = await whyFilesNotTrusted(workbench, [place]);
  if (distrust !== undefined) return leftAlone([place], workbench, `${distrust}.`);
  if (wants.length === 0) return { places: [unchanged(place, wanted.get(place.path), '')], changes: [] };
  const python = await whereIs(host, 'python3');
  if (python === undefined) {
    return leftAlone(
      [place],
      workbench,
      `There is no python3 here to see whether what ${place.path} asks for goes together.`,
    );
  }
  const rehearsal = await rehearse(workbench, {
    python,
    packages: place.packages,
    wants,
    bounds: boundsIn(place.packages),
    beside: 'nothing',
  });
  const versions = new Map(rehearsal.packages.map((one) => [normalizedName(one.name), one.version]));
  const { after, changes } = await repin(host, place, {
    wants,
    hopeless,
    versionOf(want: Want) {
      const reason = rehearsal.obstacles.get(want.package.key);
      return reason === undefined
        ? { version: versions.get(normalizedName(want.package.name)) ?? want.target }
        : { reason };
    },
  });
  return { places: [after], changes };
}
