import type { Change } from '../../core/change.ts';
import type { Package } from '../../controls/dependencies/inventory/package.ts';
import type { Want } from '../../controls/dependencies/proposal.ts';
import { inScratch, type Said, type Scratch } from '../scratch.ts';
import { check, type Workbench } from '../tool.ts';
import { keptOf, type VirtualEnvironment } from './environment.ts';
import { parsePipReport } from './pip-report.ts';
import { afterInstalling, FREEDOMS, type Freedom, type Upgrade, wishesFor } from './wishes.ts';

/** Never the modules of the folder that it happens to run in (`-I` of python(1)); it asks nobody. */
const PIP = ['-I', '-m', 'pip', '--no-input', '--disable-pip-version-check', '--no-color'] as const;
const WISHES = 'wishes.txt';
const REPORT = 'report.json';

/** What pip would make of some packages. */
export interface Rehearsal {
  readonly packages: readonly Package[];
  readonly upgrades: readonly Upgrade[];
  /** Why wants could not be met, by key of the package. */
  readonly obstacles: ReadonlyMap<string, string>;
}

export interface Rehearsed {
  readonly python: string;
  readonly packages: readonly Package[];
  readonly wants: readonly Want[];
  /** Requirements of the project: `flask<3`. */
  readonly bounds: readonly string[];
  /** `nothing`: what is installed there doesn't count. */
  readonly beside: 'what-is-installed' | 'nothing';
}

/** Lets pip resolve what is wanted, and changes nothing: all at once, or one after the other where that can't be. */
export function rehearse(workbench: Workbench, rehearsed: Rehearsed): Promise<Rehearsal> {
  return inScratch(workbench.host, async (scratch) => {
    const whole = await attempt(scratch, rehearsed, rehearsed.wants);
    if (whole.kind === 'resolved')
      return { ...afterInstalling(rehearsed.packages, whole.installed), obstacles: new Map() };
    const obstacles = new Map<string, string>();
    let met: readonly Want[] = [];
    let best = afterInstalling(rehearsed.packages, []);
    for (const want of rehearsed.wants) {
      const one = rehearsed.wants.length === 1 ? whole : await attempt(scratch, rehearsed, [...met, want]);
      if (one.kind === 'resolved') {
        met = [...met, want];
        best = afterInstalling(rehearsed.packages, one.installed);
      } else obstacles.set(want.package.key, one.reason);
    }
    return { ...best, obstacles };
  });
}

type Attempt =
  | { readonly kind: 'resolved'; readonly installed: readonly { readonly name: string; readonly version: string }[] }
  | { readonly kind: 'unresolved'; readonly reason: string };

/** Gives pip more freedom until it finds a way. */
async function attempt(scratch: Scratch, rehearsed: Rehearsed, wants: readonly Want[]): Promise<Attempt> {
  let reason = '';
  for (const freedom of FREEDOMS) {
    const said = await dryRun(scratch, rehearsed, { wants, freedom });
    const report = said.kind === 'done' ? parsePipReport((await scratch.read(REPORT)) ?? '') : undefined;
    if (report !== undefined) return { kind: 'resolved', installed: report };
    const useless = said.kind === 'failed' ? whyUseless(said.message, rehearsed.python) : undefined;
    if (useless !== undefined) return { kind: 'unresolved', reason: useless };
    reason = said.kind === 'failed' ? said.message : 'its report can’t be read';
  }
  const names = wants.map((want) => `${want.package.name} ${want.target}`).join(', ');
  return { kind: 'unresolved', reason: `pip finds no way to ${names}: ${reason}` };
}

/** Why more freedom wouldn't help. */
function whyUseless(message: string, python: string): string | undefined {
  if (/No module named '?pip\b/.test(message)) return `${python} has no pip to upgrade with.`;
  if (!/no such option: --(?:dry-run|report)/.test(message)) return undefined;
  return 'Its pip is older than 22.2 and can’t say what it would do: upgrade pip first.';
}

function dryRun(
  scratch: Scratch,
  { python, packages, bounds, beside }: Rehearsed,
  { wants, freedom }: { readonly wants: readonly Want[]; readonly freedom: Freedom },
): Promise<Said> {
  const ignore = beside === 'nothing' ? ['--ignore-installed'] : [];
  const options = ['--dry-run', '--quiet', ...ignore, '--report', REPORT, '-r', WISHES];
  return scratch
    .write(WISHES, wishesFor(packages, wants, { freedom, bounds }))
    .then(() => scratch.run(['rm', '-f', REPORT]))
    .then(() => scratch.run([python, ...PIP, 'install', ...options]));
}

/** Installs exactly what was rehearsed, and nothing besides; then what needs what must hold as well as before. */
export async function installing(
  { host }: Workbench,
  environment: VirtualEnvironment,
  upgrades: readonly Upgrade[],
): Promise<readonly Change[]> {
  const { root, python } = environment;
  const what = upgrades.map(({ name, from, to }) => `${name} ${from === undefined ? to : `${from} → ${to}`}`);
  const consistent = [python, ...PIP, 'check'] as const;
  const before = await inScratch(host, (scratch) => scratch.run(consistent));
  return [
    {
      kind: 'command',
      title: `install in ${root}: ${what.join(', ')}`,
      run: [python, ...PIP, 'install', '--no-deps', ...upgrades.map(({ name, to }) => `${name}==${to}`)],
      undo: null,
      touches: [],
      touchesFolders: await keptOf(host, environment),
    },
    ...(before.kind === 'done' ? [check(`see whether everything in ${root} still fits together`, consistent)] : []),
  ];
}
