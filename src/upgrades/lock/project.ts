import { posix } from 'node:path';
import type { Change } from '../../core/change.ts';
import type { Host } from '../../host/host.ts';
import type { Place } from '../../controls/dependencies/state.ts';
import type { PlaceAfter, Proposal, Want } from '../../controls/dependencies/proposal.ts';
import { inScratch } from '../scratch.ts';
import { leftAlone, rewritten, unchanged, type Workbench } from '../tool.ts';
import { whyNotTrusted } from '../trusted.ts';
import { whereIs } from '../where-is.ts';
import type { LockTool } from './lock-tool.ts';
import type { LockProject } from './locked.ts';
import { allowIn, developmentIn } from './manifest.ts';
import { filesOf, MANIFEST, whyProjectNotTrusted } from './project-files.ts';
import { type LockRehearsal, type ProjectFiles, rehearseLock } from './rehearse-lock.ts';

const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export async function proposeForLock(workbench: Workbench, project: LockProject): Promise<Proposal> {
  const { lock, tool, installed } = project;
  const { host, actor, knowledge } = workbench;
  const all = [lock, ...installed];
  const folder = posix.dirname(lock.path);
  const distrust = await whyNotTrusted(host, folder, actor);
  if (distrust !== undefined) return leftAlone(all, workbench, `${distrust}.`);
  const program = await programOf(host, tool.program);
  if (program === undefined) return leftAlone(all, workbench, `There is no ${tool.program} here to upgrade with.`);
  const files = await filesOf(host, folder, tool);
  const foreign = await whyProjectNotTrusted(workbench, project, files);
  if (foreign !== undefined) return leftAlone(all, workbench, `${foreign}.`);
  const wants = all.flatMap(({ path }) => workbench.wanted.get(path)?.wants ?? []);
  const { allowed, refused, isChanged } = allowAll(files, project, wants);
  const possible = wants.filter((want) => !refused.has(want.package.key));
  if (possible.length === 0) return withObstacles(all, workbench, refused);
  const outcome = await inScratch(host, (scratch) =>
    rehearseLock(scratch, {
      tool,
      argv: program,
      files: allowed,
      isManifestChanged: isChanged,
      packages: lock.packages,
      wants: possible,
      knowledge,
    }),
  );
  if (outcome.kind === 'failed') {
    return leftAlone(all, workbench, `${tool.program} can't say what it would do: ${outcome.message}`);
  }
  const obstacles = new Map([
    ...refused,
    ...outcome.rehearsal.left.map((want) => [want.package.key, heldBack(want, lock)] as const),
  ]);
  return {
    places: all.map((place) => ({
      ...withoutWants(place, workbench, obstacles),
      packages: outcome.rehearsal.packages,
    })),
    changes: await changesFor({ workbench, folder, files, tool, program, installed, rehearsal: outcome.rehearsal }),
  };
}

/** With the search path that it is found by: programs that are scripts look for their interpreter there. */
async function programOf(host: Host, name: string): Promise<readonly [string, ...string[]] | undefined> {
  const path = await whereIs(host, name);
  return path === undefined ? undefined : ['env', `PATH=${posix.dirname(path)}:${SYSTEM_PATH}`, path];
}

interface Allowed {
  readonly allowed: ProjectFiles;
  /** What the project itself asks for in a way that excludes what is wanted, by key. */
  readonly refused: ReadonlyMap<string, string>;
  readonly isChanged: boolean;
}

/** Only in manifests that the lock is about: others that lie below may be examples, or projects of their own. */
function allowAll(files: ProjectFiles, { lock, tool }: LockProject, wants: readonly Want[]): Allowed {
  const folder = posix.dirname(lock.path);
  const said = files.get(tool.lock) ?? '';
  const isOurs = (name: string): boolean => name === MANIFEST || tool.hasWorkspace(said, posix.dirname(name));
  const allowed = new Map(files);
  const refused = new Map<string, string>();
  let isChanged = false;
  for (const { package: one, target } of wants) {
    for (const [name, text] of allowed) {
      if (posix.basename(name) !== MANIFEST || one.isDirect === false || !isOurs(name)) continue;
      const edit = allowIn(text, `${folder}/${name}`, { name: one.name, from: one.version ?? '', to: target });
      if (edit.kind === 'obstacle') refused.set(one.key, edit.reason);
      else if (edit.isChanged) {
        allowed.set(name, edit.text);
        isChanged = true;
      }
    }
  }
  return { allowed, refused, isChanged };
}

function withObstacles(
  places: readonly Place[],
  workbench: Workbench,
  obstacles: ReadonlyMap<string, string>,
): Proposal {
  return { places: places.map((place) => withoutWants(place, workbench, obstacles)), changes: [] };
}

function withoutWants(place: Place, { wanted }: Workbench, obstacles: ReadonlyMap<string, string>): PlaceAfter {
  const { hopeless = [] } = wanted.get(place.path) ?? {};
  return { ...unchanged(place, undefined, ''), obstacles: new Map([...obstacles, ...hopeless]) };
}

function heldBack({ package: one, target }: Want, { packages }: Place): string {
  const needing = packages.filter(({ requires }) => requires.includes(one.key)).map(({ name }) => name);
  const who = needing.length === 0 ? 'what needs it' : [...new Set(needing)].sort().join(' and ');
  return `${target} would mend it, but no version of ${who} that fits the project allows that.`;
}

interface Changing {
  readonly workbench: Workbench;
  readonly folder: string;
  readonly files: ProjectFiles;
  readonly tool: LockTool;
  readonly program: readonly [string, ...string[]];
  readonly installed: readonly Place[];
  readonly rehearsal: LockRehearsal;
}

/** The files as they were rehearsed, and where packages are installed, what brings them there. */
async function changesFor(changing: Changing): Promise<readonly Change[]> {
  const { workbench, folder, files, tool, program, installed, rehearsal } = changing;
  const { host, wanted } = workbench;
  const changed = [...rehearsal.files].filter(([name, text]) => files.get(name) !== text);
  // The lock may say already what has not been installed yet.
  const isBehind = installed.some(({ path }) => (wanted.get(path)?.wants ?? []).length > 0);
  if (changed.length === 0 && !isBehind) return [];
  const writing = changed.map(([name, text]) => rewritten(`${folder}/${name}`, text));
  const besides = await Promise.all(
    [...tool.rewrites.files, ...tool.rewrites.folders].map(async (name) => {
      return (await host.stat(`${folder}/${name}`)).kind === 'stat' ? [name] : [];
    }),
  );
  const isThere = (name: string): boolean => besides.flat().includes(name);
  if (installed.length === 0 && !tool.rewrites.files.some(isThere)) return writing;
  const rewrittenFiles = [...changed.map(([name]) => name), ...tool.rewrites.files.filter(isThere)];
  const rewrittenFolders = tool.rewrites.folders.filter(isThere).map((name) => `${folder}/${name}`);
  return [
    ...writing,
    {
      kind: 'command',
      title: `install in ${folder} what ${tool.lock} says`,
      run: [...program, ...tool.install(folder), ...(isForProduction(changing) ? tool.production : [])],
      undo: null,
      touches: rewrittenFiles.map((name) => `${folder}/${name}`),
      touchesFolders: [...installed.map(({ path }) => path), ...rewrittenFolders].sort(),
    },
  ];
}

/** Whether nothing of what is for developing only has been installed, so that it isn't brought there now. */
function isForProduction({ folder, files, installed }: Changing): boolean {
  const development = developmentIn(files.get(MANIFEST) ?? '');
  const own = installed.find(({ path }) => path === `${folder}/node_modules`);
  return development.length > 0 && own !== undefined && !own.packages.some(({ name }) => development.includes(name));
}
