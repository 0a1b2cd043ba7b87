import type { Place } from '../../controls/dependencies/state.ts';
import type { Workbench } from '../tool.ts';
import { whyContentsNotTrusted, whyFileNotTrusted, whyNotTrusted } from '../trusted.ts';
import type { VirtualEnvironment } from './environment.ts';

/** What runs with pip: Python, with all that it imports in the environment. */
export async function whyEnvironmentNotTrusted(
  { host, actor }: Workbench,
  { root, python }: VirtualEnvironment,
): Promise<string | undefined> {
  const own = [`${root}/pyvenv.cfg`, ...['bin', 'lib', 'lib64', 'pip.conf'].map((name) => `${root}/${name}`)];
  return (
    (await whyNotTrusted(host, root, actor)) ??
    (await whyContentsNotTrusted(host, own, actor)) ??
    (await whyFileNotTrusted(host, python, actor))
  );
}

/** Files of requirements, with those that they name: pip builds what they ask for, and so runs it. */
export async function whyFilesNotTrusted(
  { host, actor }: Workbench,
  places: readonly Place[],
): Promise<string | undefined> {
  const packages = places.flatMap((place) => place.packages);
  const files = new Set([...places.map(({ path }) => path), ...packages.map(({ where }) => where.path)]);
  for (const file of files) {
    const distrust = await whyFileNotTrusted(host, file, actor);
    if (distrust !== undefined) return distrust;
  }
  return undefined;
}
