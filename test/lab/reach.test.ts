/** The ways to a machine that need a machine of their own: other users there, and real containers. */
import assert from 'node:assert/strict';
import { chmodSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { after, before, suite, test } from 'node:test';
import { loadPreset } from '../../src/blueprint/index.ts';
import { controls } from '../../src/controls/index.ts';
import type { AuditReport } from '../../src/core/audit.ts';
import { audit } from '../../src/engine/audit.ts';
import { parseAddress } from '../../src/host/address.ts';
import { HostError } from '../../src/host/error.ts';
import { type OpenOptions, openHost } from '../../src/host/open.ts';
import { Folder, freehold } from '../cli/freehold.ts';
import { whyNoLab } from './image.ts';
import { LabMachine } from './machine.ts';

const CONNECT_LIMIT_MS = 60_000;
const CLERKS_WORD = 'clerks-word';
/** A container of the machine's own busybox: nothing has to be fetched. */
const START_CONTAINER = `
mkdir -p /srv/tiny/bin /srv/tiny/etc
cp /bin/busybox /srv/tiny/bin/
for name in sh head ls readlink stat timeout cat awk uname sleep; do ln -s busybox /srv/tiny/bin/$name; done
ldd /bin/busybox | grep -o '/[^ ]*' | xargs -I % cp -L --parents % /srv/tiny
echo 'ID=tiny' >/srv/tiny/etc/os-release
podman run --quiet --detach --name tiny --network none --rootfs /srv/tiny /bin/sleep 600
`;

suite('other ways to a machine', { skip: whyNoLab() }, () => {
  let machine: LabMachine;
  let asRoot: AuditReport;

  before(async () => {
    machine = await LabMachine.fresh();
    asRoot = await look('ssh://root@lab', {});
  });
  after(async () => {
    await machine.close();
  });

  async function look(address: string, options: OpenOptions): Promise<AuditReport> {
    const loaded = await loadPreset({ name: 'server', controls });
    assert.ok(loaded.kind === 'loaded');
    const reach = { sshConfig: machine.sshConfig, connectTimeoutMs: CONNECT_LIMIT_MS, ...options };
    const host = await openHost(parseAddress(address), reach);
    try {
      return await audit({ host, blueprint: loaded.blueprint, controls, version: 'test', startedAt: new Date(0) });
    } finally {
      await host.close();
    }
  }

  for (const [title, address, options] of [
    ['sudo without a password', 'ssh://admin@lab', { become: 'sudo' }],
    ['doas', 'ssh://admin@lab', { become: 'doas' }],
    ['sudo with a password', 'ssh://clerk@lab', { become: 'sudo', password: () => Promise.resolve(CLERKS_WORD) }],
  ] as const) {
    test(`root by ${title} sees what root sees`, async () => {
      assert.deepEqual((await look(address, options)).findings, asRoot.findings);
    });
  }

  test('doas that allows nothing is told from doas that needs a password', async () => {
    await assert.rejects(look('ssh://clerk@lab', { become: 'doas' }), (error) => {
      assert.ok(error instanceof HostError && error.code === 'refused', String(error));
      return true;
    });
  });

  test('without root what only root reads is unknown, and nothing else differs', async () => {
    const findings = new Map(asRoot.findings.map((finding) => [finding.id, finding]));
    const { findings: seen } = await look('ssh://admin@lab', {});
    const differing = seen.filter(({ id, outcome }) => findings.get(id)?.outcome !== outcome);
    for (const { id, outcome, reason } of differing) assert.ok(outcome === 'unknown' && reason !== undefined, id);
    assert.equal(seen.length, asRoot.findings.length);
  });

  test('a container that runs is audited by podman exec, and a missing one is named', () => {
    machine.sh(START_CONTAINER);
    using folder = new Folder();
    // The real podman works in the lab: this one only hands its words over.
    const forward = folder.write('podman', `#!/bin/sh\nexec ssh -F ${machine.sshConfig} lab podman "$@"\n`);
    chmodSync(forward, 0o755);
    const path = process.env['PATH'];
    process.env['PATH'] = [folder.path, path].join(delimiter);
    try {
      const argv = ['audit', '--blueprint', 'server', '--format', 'json', '--verbose'];
      const tiny = freehold([...argv, 'podman://tiny', '--output', join(folder.path, 'tiny.json')], {
        cwd: folder.path,
      });
      assert.ok(tiny.code === 0 || tiny.code === 1, tiny.stderr);
      const { host } = JSON.parse(readFileSync(join(folder.path, 'tiny.json'), 'utf8')) as AuditReport;
      assert.equal(host.os, 'tiny');
      const gone = freehold([...argv, 'podman://gone'], { cwd: folder.path });
      assert.equal(gone.code, 3);
      assert.match(gone.stderr, /no container with name or ID "gone"/);
      assert.match(gone.stderr, /podman ps/);
    } finally {
      process.env['PATH'] = path;
    }
  });
});
