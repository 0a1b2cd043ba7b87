/** The commands on a real machine: without root, with a file system that takes nothing, and the whole way there and back. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import process from 'node:process';
import { test } from 'node:test';
import { z } from 'zod';
import { Folder, freehold, freeholdArgv } from './freehold.ts';

const isRoot = process.getuid?.() === 0;
const skipRoot = isRoot ? false : 'LEFT OUT: needs root to become somebody else and to make namespaces';
const skipNamespaces = skipRoot !== false ? skipRoot : namespacesMissing();
const OUTPUT_LIMIT_BYTES = 16 * 1024 * 1024;

const report = z.object({
  host: z.object({ isRoot: z.boolean() }),
  findings: z.array(
    z.object({ id: z.string(), outcome: z.string(), summary: z.string(), reason: z.string().optional() }),
  ),
});

const ROOTS_OWN = 'version: 1\nkernel:\n  sysctl:\n    net.core.bpf_jit_harden: 2\n    kernel.sysrq: 0\n';
const AS_NOBODY = ['setpriv', '--reuid', 'nobody', '--clear-groups'];

test('without root audit works and says what it could not see', { skip: skipRoot }, () => {
  using folder = new Folder();
  chmodSync(folder.path, 0o755);
  folder.write('freehold.yaml', ROOTS_OWN);
  const ended = freehold(['audit', '-f', 'json'], { cwd: folder.path, prefix: AS_NOBODY });
  assert.ok(ended.code === 0 || ended.code === 1, ended.stderr);
  const { host, findings } = report.parse(JSON.parse(ended.stdout));
  assert.equal(host.isRoot, false);
  const hidden = findings.find(({ id }) => id === 'kernel/sysctl/net.core.bpf_jit_harden');
  assert.equal(hidden?.outcome, 'unknown');
  assert.match(hidden.reason ?? '', /permission denied/);
  for (const { outcome, reason } of findings) {
    assert.ok(outcome !== 'unknown' || (reason ?? '') !== '');
  }
});

test('without root apply and rollback refuse with exit code 3 and say how to go on', { skip: skipRoot }, () => {
  using folder = new Folder();
  chmodSync(folder.path, 0o755);
  folder.write('freehold.yaml', ROOTS_OWN);
  for (const command of [['apply', '--yes'], ['rollback'], ['resume']]) {
    const { code, stderr } = freehold(command, { cwd: folder.path, prefix: AS_NOBODY });
    assert.equal(code, 3, command.join(' '));
    assert.match(stderr, /sudo freehold/);
  }
});

test('apply asks, and without somebody to ask it refuses', { skip: skipRoot }, () => {
  using folder = new Folder();
  folder.write('freehold.yaml', ROOTS_OWN);
  const { code, stderr } = freehold(['apply'], { cwd: folder.path });
  assert.equal(code, 2);
  assert.match(stderr, /--yes/);
});

test('audit, plan, explain, runs and --dry-run write nothing: all is read-only', { skip: skipNamespaces }, () => {
  using folder = new Folder();
  folder.write('freehold.yaml', ROOTS_OWN);
  const commands = [['audit'], ['plan'], ['apply', '--dry-run'], ['explain', 'kernel.sysrq'], ['runs'], ['schema']];
  // Every mount read-only, so that any write would fail, and a trace in which it would be seen.
  const readOnly = `
    findmnt -rno TARGET | sort -r | while read -r at; do mount -o remount,bind,ro "$at" 2>/dev/null; done
    touch /etc/freehold-probe 2>/dev/null && exit 99
    exec "$@"`;
  for (const command of commands) {
    const argv = ['-m', '--propagation', 'private', 'sh', '-c', readOnly, 'sh', ...freeholdArgv(command)];
    const { status, stderr } = spawnSync('unshare', argv, { cwd: folder.path, maxBuffer: OUTPUT_LIMIT_BYTES });
    assert.ok(status === 0 || status === 1, `${command.join(' ')}: ${String(status)} ${stderr.toString()}`);
  }
});

const WISH = `version: 1
name: e2e
kernel:
  sysctl:
    net.ipv4.conf.all.accept_redirects: 0
    net.ipv4.conf.default.accept_redirects: 0
    net.ipv4.conf.all.send_redirects: 0
    net.ipv4.conf.default.send_redirects: 0
    net.ipv4.conf.all.log_martians: 1
    net.ipv4.conf.default.log_martians: 1
    net.ipv4.conf.eth0/1.rp_filter: 1
    net.ipv4.ip_forward: 0
    net.ipv4.tcp_syncookies: 1
    net.ipv4.ip_local_port_range: 40000 50000
`;

/** Everything of the machine that the wish may touch, on file systems of its own, in a network of its own. */
const NAMESPACE = `
  for at in /etc/sysctl.d /usr/lib/sysctl.d /var/lib; do mount -t tmpfs -o mode=755 tmpfs "$at" || exit 98; done
  ip link add eth0.1 type bridge || exit 97
  echo 1 >/proc/sys/net/ipv4/ip_forward
  echo '# by hand' >/etc/sysctl.d/50-own.conf; echo 'net.ipv4.tcp_syncookies = 0' >>/etc/sysctl.d/50-own.conf
  state() { (cd /proc/sys/net/ipv4 && grep '' ip_forward tcp_syncookies ip_local_port_range conf/*/accept_redirects conf/*/send_redirects conf/*/log_martians conf/*/rp_filter conf/*/forwarding); ls -l --time-style=+ /etc/sysctl.d; cat /etc/sysctl.d/*; }
  run() { echo "== $*"; "$NODE" "$MAIN" "$@"; echo "-- $?"; }
  state >/tmp/before.$$
  run plan
  run apply --yes
  run audit --verbose
  run apply --yes
  run runs
  run rollback
  state >/tmp/after.$$
  cmp /tmp/before.$$ /tmp/after.$$ && echo SAME
  rm -f /tmp/before.$$ /tmp/after.$$
  echo 'net.ipv4.tcp_syncookies = 0' >/etc/sysctl.d/zz-late.conf
  run audit --quiet
  run plan --format json
  last=$(ls -d /var/lib/freehold/runs/* | tail -n 1)
  echo undoing >"$last/journal"
  "$NODE" "$MAIN" audit --quiet 2>&1 | grep -q 'was cut off' && echo NAMED
`;

test(
  'the whole way: plan, apply, verified, audited clean, applied again, rolled back',
  { skip: skipNamespaces },
  () => {
    using folder = new Folder();
    folder.write('freehold.yaml', WISH);
    const [node = '', main = ''] = freeholdArgv([]);
    const env = { ...process.env, NODE: node, MAIN: main, NO_COLOR: '1', LC_ALL: 'C.UTF-8' };
    const argv = ['-m', '-n', '--propagation', 'private', 'sh', '-c', NAMESPACE];
    const { stdout, stderr, status } = spawnSync('unshare', argv, {
      cwd: folder.path,
      env,
      maxBuffer: OUTPUT_LIMIT_BYTES,
    });
    const output = stdout.toString();
    assert.equal(status, 0, stderr.toString());
    const parts = new Map(
      output
        .split('== ')
        .slice(1)
        .map((part, index) => [`${String(index)} ${part.slice(0, part.indexOf('\n'))}`, part]),
    );
    const ended = (name: string, code: number): string => {
      const part = parts.get(name) ?? '';
      assert.match(part, new RegExp(`^-- ${String(code)}$`, 'm'), `${name}\n${part}\n${stderr.toString()}`);
      return part;
    };
    assert.match(ended('0 plan', 1), /\+net\.ipv4\.conf\.eth0\/1\.rp_filter = 1/);
    assert.match(ended('1 apply --yes', 0), /Verified by a second audit: 10 findings mended/);
    assert.doesNotMatch(ended('2 audit --verbose', 0), /✗/);
    assert.match(ended('3 apply --yes', 0), /nothing/i);
    assert.match(ended('4 runs', 0), /applied/);
    ended('5 rollback', 0);
    assert.match(output, /^SAME$/m);
    assert.match(output, /^NAMED$/m);
    ended('6 audit --quiet', 1);
    assert.match(
      ended('7 plan --format json', 1),
      /zz-late\.conf:1 would still set 0 after \/etc\/sysctl\.d\/zz-freehold\.conf/,
    );
  },
);

function namespacesMissing(): string | false {
  const works = spawnSync('unshare', ['-m', '-n', 'ip', 'link', 'add', 'eth0', 'type', 'bridge']).status === 0;
  return works ? false : 'LEFT OUT: this machine allows no mount and network namespaces with bridges';
}
