import type { ParsedInventory } from '../../controls/dependencies/inventory/package.ts';
import { parsePackageLock } from '../../controls/dependencies/inventory/node/package-lock.ts';
import { parsePnpmLock } from '../../controls/dependencies/inventory/node/pnpm-lock.ts';
import { parseYarnLock } from '../../controls/dependencies/inventory/node/yarn-lock.ts';
import { forgetInYarnLock } from './forget-yarn.ts';

/** As large as a lock file may be. */
export const FILE_LIMIT_BYTES = 64 * 1024 * 1024;

/** A package manager that resolves a project's dependencies into a lock file. */
export interface LockTool {
  readonly program: string;
  /** The name of its lock file. */
  readonly lock: string;
  /** Tells the versions of a tool apart whose lock files have one name. */
  readonly wrote: (lock: string) => boolean;
  /** Files and folders of files beside the lock that say how it resolves; those that are there count. */
  readonly settings: readonly string[];
  readonly parse: (text: string, path: string) => ParsedInventory;
  /** The arguments that make the lock fit manifests that ask for something else. */
  readonly resolve: readonly string[];
  /** How packages move, wherever they are needed, within what is asked for. */
  readonly move:
    | { readonly kind: 'command'; readonly arguments: (names: readonly string[]) => readonly string[] }
    /** What the lock doesn't say any more is resolved anew. */
    | { readonly kind: 'forget'; readonly forget: (lock: string, names: readonly string[]) => string };
  /** The arguments that bring what is installed in a folder to the lock. */
  readonly install: (folder: string) => readonly string[];
  /** What installing is told besides where nothing for developing is to be installed. */
  readonly production: readonly string[];
  /** Whether a lock is also about a workspace, by its path below the lock's folder. */
  readonly hasWorkspace: (lock: string, path: string) => boolean;
  /** What installing rewrites besides node_modules, where it is there. */
  readonly rewrites: { readonly files: readonly string[]; readonly folders: readonly string[] };
}

const NPM_QUIET = ['--no-audit', '--no-fund', '--loglevel=error'] as const;
const NOTHING = { files: [], folders: [] };

/** https://docs.npmjs.com/cli/commands/npm-update: names move wherever they are in the tree, and no range changes. */
const npm: LockTool = {
  program: 'npm',
  lock: 'package-lock.json',
  wrote: () => true,
  settings: ['.npmrc'],
  parse: parsePackageLock,
  resolve: ['install', '--package-lock-only', '--ignore-scripts', ...NPM_QUIET],
  move: {
    kind: 'command',
    arguments: (names) => ['update', '--package-lock-only', '--ignore-scripts', ...NPM_QUIET, ...names],
  },
  install: (folder) => ['install', `--prefix=${folder}`, ...NPM_QUIET],
  production: ['--omit=dev'],
  hasWorkspace: (lock, path) => lock.includes(`${JSON.stringify(path)}: {`),
  rewrites: NOTHING,
};

const PNPM_UPDATE = [
  'update',
  '--recursive',
  '--depth=Infinity',
  '--lockfile-only',
  '--ignore-scripts',
  '--no-save',
] as const;

/** https://pnpm.io/cli/update: with a depth, what others need moves too. */
const pnpm: LockTool = {
  program: 'pnpm',
  lock: 'pnpm-lock.yaml',
  wrote: () => true,
  settings: ['.npmrc', 'pnpm-workspace.yaml', '.pnpmfile.cjs'],
  parse: parsePnpmLock,
  resolve: ['install', '--lockfile-only', '--ignore-scripts', '--no-frozen-lockfile'],
  move: { kind: 'command', arguments: (names) => [...PNPM_UPDATE, ...names] },
  install: (folder) => [`--dir=${folder}`, 'install', '--frozen-lockfile'],
  production: ['--prod'],
  hasWorkspace: (lock, path) => lock.includes(`\n  ${path}:`) || lock.includes(`\n  '${path}':`),
  rewrites: NOTHING,
};

/** https://classic.yarnpkg.com/en/docs/cli/install: there is no command that moves what others need. */
const yarnClassic: LockTool = {
  program: 'yarn',
  lock: 'yarn.lock',
  wrote: (lock) => !isOfBerry(lock),
  settings: ['.npmrc', '.yarnrc', '.yarn/releases'],
  parse: parseYarnLock,
  resolve: ['install', '--ignore-scripts', '--non-interactive', '--no-progress', '--silent'],
  move: { kind: 'forget', forget: forgetInYarnLock },
  install: (folder) => [`--cwd=${folder}`, 'install', '--frozen-lockfile', '--non-interactive', '--no-progress'],
  production: ['--production'],
  hasWorkspace: () => true, // Its lock doesn't say.
  rewrites: NOTHING,
};

/** https://yarnpkg.com/cli/up: `--recursive` resolves a package anew wherever it is needed, and changes no range. */
const yarnBerry: LockTool = {
  program: 'yarn',
  lock: 'yarn.lock',
  wrote: isOfBerry,
  settings: ['.yarnrc.yml', '.yarn/releases', '.yarn/plugins', '.yarn/patches'],
  parse: parseYarnLock,
  resolve: ['install', '--mode=update-lockfile', '--no-immutable'],
  move: { kind: 'command', arguments: (names) => ['up', '--recursive', '--mode=update-lockfile', ...names] },
  install: (folder) => ['--cwd', folder, 'install', '--immutable'],
  production: [],
  hasWorkspace: (lock, path) => lock.includes(`@workspace:${path}"`),
  rewrites: { files: ['.pnp.cjs', '.pnp.loader.mjs'], folders: ['.yarn'] },
};

function isOfBerry(lock: string): boolean {
  return /^__metadata:/m.test(lock);
}

export const LOCK_TOOLS: readonly LockTool[] = [
  npm,
  { ...npm, lock: 'npm-shrinkwrap.json' },
  pnpm,
  yarnClassic,
  yarnBerry,
];
