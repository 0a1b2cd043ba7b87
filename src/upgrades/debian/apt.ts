import type { Package } from '../../controls/dependencies/inventory/package.ts';
import type { Place } from '../../controls/dependencies/state.ts';
import type { Proposal } from '../../controls/dependencies/proposal.ts';
import { saidBy } from '../scratch.ts';
import { leftAlone, type Workbench } from '../tool.ts';
import { certainWeaknesses } from '../../controls/dependencies/judgement/wanted.ts';

const APT_LIMIT_MS = 5 * 60 * 1000;
const ROOT = 0;

/**
 * What `apt-get --simulate` would install: the version by name and architecture, as dpkg tells packages apart. Its lines are
 * `Inst libssl3 [3.0.1] (3.0.2 Debian:12/stable [amd64])`; a name has its architecture only where that is a foreign one.
 */
export function parseSimulation(text: string): ReadonlyMap<string, string> {
  const line = /^Inst ([^\s:]+)(?::\S+)? (?:\[[^\]]*\] )?\((\S+) .*\[([^\][]+)\]\)/gm;
  return new Map(
    [...text.matchAll(line)].map(([, name, version = '', architecture]) => [`${name}:${architecture}`, version]),
  );
}

/** Upgrades what apt's own lists have a newer version of; they are as old as the last `apt-get update`. */
export async function proposeForDebian(workbench: Workbench, place: Place): Promise<Proposal> {
  const { host, actor, wanted, knowledge } = workbench;
  const { wants = [], hopeless = new Map<string, string>() } = wanted.get(place.path) ?? {};
  if (actor.uid !== ROOT)
    return leftAlone([place], workbench, 'Debian’s packages are changed by root: run Freehold as root.');
  const names = [...new Set(wants.map((want) => want.package.key))].sort();
  const argv = ['apt-get', '--simulate', '--quiet', '--only-upgrade', 'install', ...names] as const;
  const said = saidBy(await host.run(argv, { timeoutMs: APT_LIMIT_MS }));
  if (said.kind === 'failed') return leftAlone([place], workbench, `apt can't say what it would do: ${said.message}`);
  const versions = parseSimulation(said.stdout);
  const packages = place.packages.map((one) => moved(one, versions));
  const obstacles = new Map(hopeless);
  for (const want of wants) {
    const after = packages.find(({ key }) => key === want.package.key);
    if (after === undefined || certainWeaknesses(after, knowledge).length === 0) continue;
    const offered = versions.get(want.package.key);
    const what = offered === undefined ? 'apt has no newer version of it' : `apt has ${offered}`;
    obstacles.set(
      want.package.key,
      `${want.target} mends it, and ${what}: see to it that apt’s sources have security updates, and run apt-get update.`,
    );
  }
  return {
    places: [{ path: place.path, packages, obstacles }],
    changes: names.flatMap((name) => {
      const version = versions.get(name);
      return version === undefined ? [] : [{ kind: 'package' as const, name, action: 'install' as const, version }];
    }),
  };
}

/** Advisories know it by its source, of which a binary package may have a version of its own (deb-control(5), "Source"). */
function moved(one: Package, versions: ReadonlyMap<string, string>): Package {
  const version = versions.get(one.key);
  if (version === undefined) return one;
  const isOfSourceVersion = one.source === undefined || one.source.version === one.version;
  return {
    ...one,
    version,
    ...(one.source !== undefined && isOfSourceVersion && { source: { ...one.source, version } }),
  };
}
