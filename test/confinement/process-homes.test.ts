/** Real processes in mount namespaces and below other roots, as services, sandboxes and containers have them. */
import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { test } from 'node:test';
import { observeProcesses, withHomes } from '../../src/controls/confinement/processes/observe.ts';
import { openLocalHost } from '../../src/host/local.ts';
import { Folder } from '../cli/freehold.ts';

const CAT = realpathSync('/bin/cat');
const probe = spawnSync('unshare', ['-m', '--propagation', 'private', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']);
const skip = probe.status === 0 ? false : 'LEFT OUT: no mount namespaces; run as root';
const LIBRARIES =
  'for at in lib lib64 usr/lib usr/lib64; do [ -d /$at ] || continue; mkdir -p "$1/$at"; mount --rbind /$at "$1/$at"; done';
/** pivot_root(2), as a container's engine calls it. */
const ENTER = 'cd "$1" && mkdir -p old && pivot_root . old && exec "$2"';
const TREE = 'mount -t tmpfs tmpfs "$1" && mkdir -p "$1$(dirname "$2")"';
const SERVICE = 'mount -t tmpfs tmpfs /mnt && exec "$2"';
const CONTAINER = `${TREE} && ${LIBRARIES} && cp "$2" "$1$2" && ${ENTER}`;
const SANDBOX = `${TREE} && ${LIBRARIES} && touch "$1$2" && mount --bind "$2" "$1$2" && ${ENTER}`;

test('a container’s program of that path is not this machine’s; a service’s and a sandbox’s is', { skip }, async () => {
  using folder = new Folder();
  const start = (script: string): ChildProcessWithoutNullStreams =>
    spawn('unshare', ['-m', '--propagation', 'private', 'sh', '-ec', script, 'sh', folder.path, CAT]);
  const children = [spawn(CAT), start(SERVICE), start(CONTAINER), start(SANDBOX)];
  const host = openLocalHost();
  try {
    for (const child of children) {
      // It answers when it is the program.
      child.stdin.write('x');
      const said = await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data'), once(child, 'exit')]);
      assert.equal(String(said[0]), 'x');
    }
    const view = await withHomes(host, await observeProcesses(host), new Set([CAT]));
    assert.ok(view.kind === 'processes');
    const homes = children.map(({ pid }) => view.processes.find((one) => one.pid === pid));
    assert.deepEqual(
      homes.map((one) => [one?.program, one?.home]),
      [
        [CAT, 'here'],
        [CAT, 'here'],
        [CAT, 'elsewhere'],
        [CAT, 'here'],
      ],
    );
    assert.ok(view.processes.every(({ program, home }) => program === CAT || home === undefined));
  } finally {
    for (const child of children) child.kill();
    await host.close();
  }
});
