/*
 * Makes a fresh checkout ready and then runs something of it on the pinned Node.
 *
 *   node scripts/bootstrap.js start [ARGUMENTS OF FREEHOLD]
 *   node scripts/bootstrap.js test [FILES, OR OPTIONS OF node --test AS --name=value]
 *   node scripts/bootstrap.js <file of this repository> [ARGUMENTS]
 *
 * Plain JavaScript for Node 18 and newer, without dependencies: it runs before anything is installed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const IS_WINDOWS = process.platform === 'win32';
const RUNTIME = join(ROOT, 'node_modules', 'node', 'bin', IS_WINDOWS ? 'node.exe' : 'node');
/** The sources are TypeScript that Node itself runs, without a warning, from this release on. */
const LEAST_MAJOR_VERSION = 24;

/** What npm says is for people; standard output belongs to Freehold. */
const STDERR = 2;

/** Node keeps here what it has made of the sources: without it, every start of the program compiles all of them anew. */
const COMPILE_CACHE = join(ROOT, 'node_modules', '.cache', 'node-compile');

const EXIT_FINDINGS = 1;
const EXIT_USAGE = 2;
const EXIT_TOOL_FAILED = 3;
const SIGNAL_EXIT_BASE = 128;
const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

const FIRST_AUDIT = ['audit', '--html', 'freehold-report.html'];
/** Everything but test/lab, which changes a machine and has `npm run test:lab`. */
const TEST_FILES = ['src/**/*.test.ts', 'test/*.test.ts', 'test/!(lab)/**/*.test.ts'];

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = EXIT_TOOL_FAILED;
  },
);

async function main([command, ...rest]) {
  if (command === undefined) {
    say('usage: node scripts/bootstrap.js start|test|FILE [ARGUMENTS]');
    return EXIT_USAGE;
  }
  const isFresh = !isInstalled();
  if (isFresh) install();
  const node = runtime();
  if (isFresh && isIncomplete()) complete();
  if (command === 'start') return start(node, rest);
  // Two more than there are processors: many test files wait for other programs most of the time.
  if (command === 'test')
    return run(node, ['--test', `--test-concurrency=${cpus().length + 2}`, ...testArguments(rest)], ROOT);
  return run(node, [command, ...rest], ROOT);
}

/** A finding is what an audit is for and no failure of `npm start`; npm would print an error about it. */
async function start(node, rest) {
  const program = join(ROOT, 'src', 'cli', 'main.ts');
  // npm moves to the package's folder; files that a person names are meant from where they stand.
  const folder = process.env.INIT_CWD ?? process.cwd();
  const code = await run(node, [program, ...(rest.length > 0 ? rest : FIRST_AUDIT)], folder);
  return code === EXIT_FINDINGS ? 0 : code;
}

function testArguments(rest) {
  const namesFiles = rest.some((argument) => !argument.startsWith('-'));
  return namesFiles ? rest : [...rest, ...TEST_FILES];
}

/**
 * Whether node_modules is what the lock file says. Contents are compared, not times: git gives every file of a
 * checkout the time of the checkout.
 */
function isInstalled() {
  const wanted = lockedPackages(join(ROOT, 'package-lock.json'));
  // npm writes this file last, so it isn't there (or is the old one) after an interrupted installation.
  const present = lockedPackages(join(ROOT, 'node_modules', '.package-lock.json'));
  if (wanted === undefined || present === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const installed = present[path];
    // Packages for other platforms are optional and stay away.
    if (installed === undefined) return entry.optional === true;
    return installed.version === entry.version && installed.integrity === entry.integrity;
  });
}

/** Whether npm left out a package for this platform: it does so, without a word, when its own Node is too old for it. */
function isIncomplete() {
  const wanted = lockedPackages(join(ROOT, 'package-lock.json')) ?? {};
  const present = lockedPackages(join(ROOT, 'node_modules', '.package-lock.json')) ?? {};
  return Object.entries(wanted).some(([path, { os, cpu, libc }]) => {
    const isForHere = os?.includes(process.platform) && cpu?.includes(process.arch);
    return isForHere && (libc ?? ['glibc']).includes('glibc') && present[path] === undefined;
  });
}

function lockedPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

function install() {
  say('Setting up: installing the locked packages into node_modules (once, and after every change of the lock file) …');
  // Only errors: npm would warn that this Node is older than Freehold asks for, and the next step is what mends that.
  const result = npm(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
  if (result.error !== undefined) throw new Error(`npm could not be started: ${result.error.message}`);
  if (result.status !== 0) {
    const ending = result.status === null ? `was ended by ${result.signal}` : `ended with exit code ${result.status}`;
    throw new Error(
      `The set-up failed: npm ci ${ending}; its own message stands above.\n` +
        'Often it is the network: npm must reach its registry (see: npm config get registry, npm config get proxy).',
    );
  }
}

/** Fetches what {@link isIncomplete} found, with npm on the pinned Node; without it only tools for developers are missing. */
function complete() {
  const { name, value } = outsidePath();
  const path = [join(ROOT, 'node_modules', '.bin'), value].join(delimiter);
  npm(['install', '--no-save', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    [name]: path,
  });
}

/** The Node to run on: the pinned one, mended if needed, or this very one if it is new enough. */
function runtime() {
  if (works(RUNTIME)) return RUNTIME;
  fetchRuntime();
  if (works(RUNTIME)) return RUNTIME;
  if (Number.parseInt(process.versions.node, 10) >= LEAST_MAJOR_VERSION) {
    say(`The pinned Node can't run on this machine; going on with Node ${process.versions.node}.`);
    return process.execPath;
  }
  throw new Error(
    `Freehold needs Node ${LEAST_MAJOR_VERSION} or newer. Its own copy (the package "node") could not be installed for ` +
      `${process.platform}-${process.arch}, and this is Node ${process.versions.node}.\n` +
      `Install Node ${LEAST_MAJOR_VERSION} from https://nodejs.org or your distribution and try again.`,
  );
}

/** The package "node" gets its program in an install script, which npm may have been told not to run. */
function fetchRuntime() {
  const folder = join(ROOT, 'node_modules', 'node');
  const script = join(folder, 'installArchSpecificPackage.js');
  if (!existsSync(script)) return;
  say("The pinned Node is not there: npm did not run its package's install script. Running that one script now …");
  spawnSync(process.execPath, [script], {
    cwd: folder,
    env: { ...outsideEnvironment(), npm_config_loglevel: 'error', npm_config_ignore_scripts: 'true' },
    stdio: ['ignore', STDERR, STDERR],
  });
}

function works(node) {
  if (!existsSync(node)) return false;
  const result = spawnSync(node, ['--version'], { encoding: 'utf8' });
  return result.status === 0 && Number.parseInt(result.stdout.slice(1), 10) >= LEAST_MAJOR_VERSION;
}

function npm(options, environment = {}) {
  return spawnSync('npm', options, {
    cwd: ROOT,
    env: { ...outsideEnvironment(), ...environment },
    stdio: ['ignore', STDERR, STDERR],
    // npm is a script there; the arguments are constants of this file.
    shell: IS_WINDOWS,
  });
}

function outsideEnvironment() {
  const { name, value } = outsidePath();
  return { ...process.env, [name]: value };
}

/** PATH without node_modules/.bin: `npm ci` must not run on the Node that it is about to replace. */
function outsidePath() {
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  const bin = join('node_modules', '.bin');
  const folders = (process.env[name] ?? '').split(delimiter).filter((folder) => !folder.endsWith(bin));
  return { name, value: folders.join(delimiter) };
}

/**
 * Runs a program to its end and answers its exit code. This process outlives the signals that would end it, so that
 * the program can tidy up; a terminal sends its Ctrl-C to both by itself.
 */
function run(node, options, folder) {
  return new Promise((resolve, reject) => {
    const env = { NODE_COMPILE_CACHE: COMPILE_CACHE, ...process.env };
    const child = spawn(node, options, { cwd: folder, env, stdio: 'inherit' });
    process.on('SIGINT', () => undefined);
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? SIGNAL_EXIT_BASE + (SIGNAL_NUMBERS[signal] ?? 0)));
  });
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
