/** What is installed is found alike here, through a shell, in an image and in a recording; what can't be read is named. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { observeDependencies } from '../../src/controls/dependencies/observe.ts';
import { dependenciesPolicy } from '../../src/controls/dependencies/policy.ts';
import type { DependenciesState, Place } from '../../src/controls/dependencies/state.ts';
import { noAdvisories } from '../../src/core/surroundings.ts';
import { HostError } from '../../src/host/error.ts';
import type { Host } from '../../src/host/host.ts';
import { openImage } from '../../src/host/image/open-image.ts';
import { openLocalHost } from '../../src/host/local.ts';
import { packRecording, recordHost } from '../../src/host/recorded/index.ts';
import { openRecording } from '../../src/host/recorded/open-recording.ts';
import { openShellHost } from '../../src/host/shell/shell-host.ts';
import { installPython } from './environments.ts';

const LIMIT_MS = 30_000;
const ROUND_TRIPS_MAX = 8;
const TOO_LARGE_BYTES = 50 * 1024 * 1024;
const SITE_PACKAGES = 'srv/app/venv/lib/python3.11/site-packages';

const LOCK = {
  name: 'project',
  lockfileVersion: 3,
  packages: {
    '': { name: 'project', dependencies: { a: '^1.0.0' } },
    'node_modules/a': { version: '1.0.0', dependencies: { b: '^2.0.0' } },
    'node_modules/b': { version: '2.0.1' },
  },
};

suite('what is installed', () => {
  const root = mkdtempSync(join(tmpdir(), 'freehold-machine-'));

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }

  before(() => {
    write('etc/hostname', 'machine\n');
    installPython(join(root, SITE_PACKAGES), [
      { name: 'flask', version: '1.0', requires: ['Werkzeug>=1', 'absent'], isRequested: true },
      { name: 'werkzeug', version: '1.0.1' },
    ]);
    write(`${SITE_PACKAGES}/half.dist-info/RECORD`, '');
    write(`${SITE_PACKAGES}/nothing-1.0.dist-info/METADATA`, 'Metadata-Version: 2.1\nName: nothing\n\n');
    write(`${SITE_PACKAGES}/old-2.0.egg-info`, 'Metadata-Version: 1.0\nName: old\nVersion: 2.0\n');
    write('srv/web/package-lock.json', JSON.stringify(LOCK));
    write('srv/web/node_modules/.package-lock.json', JSON.stringify(LOCK));
    write('srv/plain/node_modules/a/package.json', '{"name":"a","version":"1.0.0","dependencies":{"b":"*"}}');
    write('srv/plain/node_modules/@scope/b/package.json', '{"name":"@scope/b","version":"3.0.0"}');
    write('srv/plain/node_modules/a/node_modules/b/package.json', '{"name":"b","version":"2.0.0"}');
    write('srv/plain/node_modules/a/yarn.lock', 'left out: a package brings it along');
    write('srv/circle/requirements.txt', '-r more/requirements.txt\n-c pins.txt\nflask\n');
    write('srv/circle/more/requirements.txt', '-r ../requirements.txt\n-r ../../../etc/hostname\ndjango==3.0\n');
    write('srv/circle/pins.txt', 'flask==2.0\nnever==1.0\n');
    write('srv/large/poetry.lock', '');
    truncateSync(join(root, 'srv/large/poetry.lock'), TOO_LARGE_BYTES);
    write('srv/broken/uv.lock', 'version = [');
    write('srv/\u001b[31m..\n/requirements.txt', 'six==1.0\n');
    write('srv/web/.git/package-lock.json', '{}');
    symlinkSync('/', join(root, 'srv/everything'));
    write(
      'var/lib/dpkg/status',
      'Package: libssl3\nStatus: install ok installed\nArchitecture: amd64\nSource: openssl (3.0.1-1)\nVersion: 3.0.1-1+b1\n\nPackage: gone\nStatus: deinstall ok config-files\nArchitecture: amd64\nVersion: 1\n',
    );
  });
  after(() => {
    rmSync(root, { recursive: true });
  });

  /** Everything below the root, as if that were the machine. */
  async function look(host: Host, at = ''): Promise<DependenciesState> {
    const policy = dependenciesPolicy.parse({ search: [`${at}/srv`], projects: [`${at}/srv`], without: [] });
    return observeDependencies(host, policy, { now: new Date(0), advisories: noAdvisories });
  }

  async function within<Result>(host: Host, work: (host: Host) => Promise<Result>): Promise<Result> {
    try {
      return await work(host);
    } finally {
      await host.close();
    }
  }

  function shell(): Promise<Host> {
    const explainEnd = ({ stderr }: { readonly stderr: string }): HostError => new HostError('unreachable', stderr);
    return openShellHost('test', { argv: ['sh'], connectTimeoutMs: LIMIT_MS, answerTimeoutMs: LIMIT_MS, explainEnd });
  }

  function placeAt(state: DependenciesState, path: string): Place {
    const found = state.places.find((one) => one.path === path);
    assert.ok(found !== undefined, state.places.map((one) => one.path).join('\n'));
    return found;
  }

  function said(place: Place): readonly string[] {
    return place.problems.map(({ where, message }) => `${where.path}: ${message}`);
  }

  test('every kind of place is found, with what is in it and what is wrong with it', async () => {
    const state = await within(await openImage(root), (host) => look(host));
    const python = placeAt(state, `/${SITE_PACKAGES}`);
    assert.deepEqual(
      python.packages.map(({ name, version, isDirect, requires }) => [name, version, isDirect, requires]),
      [
        ['flask', '1.0', true, ['werkzeug']],
        ['old', '2.0', false, []],
        ['werkzeug', '1.0.1', false, []],
      ],
    );
    assert.equal(python.problems.length, 2);
    assert.ok(said(python).some((one) => one.includes('half.dist-info: there is no metadata')));
    assert.ok(said(python).some((one) => one.includes('nothing-1.0.dist-info/METADATA')));
    const names = (path: string): readonly string[] =>
      placeAt(state, path).packages.map((one) => `${one.name} ${one.version ?? ''}`);
    assert.deepEqual(names('/srv/web/package-lock.json'), ['a 1.0.0', 'b 2.0.1']);
    assert.deepEqual(names('/srv/web/node_modules'), ['a 1.0.0', 'b 2.0.1']);
    assert.deepEqual(names('/srv/plain/node_modules'), ['@scope/b 3.0.0', 'b 2.0.0', 'a 1.0.0']);
    const [, , a] = placeAt(state, '/srv/plain/node_modules').packages;
    assert.equal(a?.requires.length, 1);
    assert.deepEqual(names('/srv/circle/requirements.txt'), ['flask 2.0', 'django 3.0', 'machine ']);
    assert.match(said(placeAt(state, '/srv/large/poetry.lock')).join(), /larger than/);
    assert.equal(placeAt(state, '/srv/broken/uv.lock').problems.length, 1);
    assert.deepEqual(names('/srv/\u001b[31m..\n/requirements.txt'), ['six 1.0']);
    assert.equal(state.places.length, 9);
    assert.deepEqual(state.problems, []);
  });

  test('a shell, a recording and an image see what is seen here', async () => {
    const local = openLocalHost();
    const here = await look(local, root);
    assert.ok(here.places.length >= 8);
    assert.deepEqual(await within(await shell(), (host) => look(host, root)), here);
    const recorder = recordHost(local, { startedAt: new Date(0), tool: 'test' });
    assert.deepEqual(await look(recorder.host, root), here);
    const file = join(root, 'machine.fhr');
    writeFileSync(file, await packRecording(recorder.recording()));
    assert.deepEqual(await look(await openRecording(file), root), here);
    const text = JSON.stringify(here).replaceAll(root, '');
    assert.equal(JSON.stringify(await within(await openImage(root), (host) => look(host))), text);
  });

  test('in few round trips, however much there is', async () => {
    const host = await shell();
    await within(host, (one) => look(one, root));
    // The greeting, what is always there, the search, what was found; packages of node_modules without a note, a folder each.
    assert.ok((host.roundTrips ?? 0) <= ROUND_TRIPS_MAX, String(host.roundTrips));
  });

  test('a folder to search that is not there is unknown, not clean', async () => {
    const policy = dependenciesPolicy.parse({ search: ['/srv', '/typo'], projects: [] });
    const state = await within(await openImage(root), (host) =>
      observeDependencies(host, policy, { now: new Date(0), advisories: noAdvisories }),
    );
    assert.deepEqual(state.problems, [{ where: { path: '/typo' }, message: 'there is no folder /typo' }]);
  });

  test('the packages of dpkg are judged by their source', async () => {
    const policy = dependenciesPolicy.parse({ projects: ['/srv'] });
    const state = await within(await openImage(root), (host) =>
      observeDependencies(host, policy, { now: new Date(0), advisories: noAdvisories }),
    );
    const [one, ...others] = placeAt(state, '/var/lib/dpkg').packages;
    assert.deepEqual(
      [one?.name, one?.version, one?.source],
      ['libssl3', '3.0.1-1+b1', { name: 'openssl', version: '3.0.1-1' }],
    );
    assert.deepEqual(others, []);
  });
});
