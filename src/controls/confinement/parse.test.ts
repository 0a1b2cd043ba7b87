import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseProfiles, PROFILES } from './kernel-view/parse.ts';
import { parseProcessFiles } from './processes/parse.ts';
import { parseListening } from './sockets/parse.ts';

test('profiles are put together of their files, children below their parents', () => {
  // As Linux 6.1 (sha1) and 6.12 (sha256) show them.
  const contents = `${PROFILES}/usr.bin.man.3/sha1:5f8ab9
${PROFILES}/usr.bin.man.3/attach:/usr/bin/man
${PROFILES}/usr.bin.man.3/mode:enforce
${PROFILES}/usr.bin.man.3/name:/usr/bin/man
${PROFILES}/dnsmasq.9/name:dnsmasq
${PROFILES}/dnsmasq.9/mode:complain
${PROFILES}/dnsmasq.9/attach:<unknown>
${PROFILES}/dnsmasq.9/sha256:ee1b
${PROFILES}/dnsmasq.9/profiles/lease.10/name:lease
${PROFILES}/dnsmasq.9/profiles/lease.10/mode:kill
${PROFILES}/dnsmasq.9/profiles/lost/mode:enforce
/elsewhere/name:x
`;
  const times = `1700000000 ${PROFILES}/dnsmasq.9\nnonsense\n1700000001 ${PROFILES}/dnsmasq.9/profiles\n`;
  assert.deepEqual(parseProfiles(contents, times), [
    { name: '/usr/bin/man', mode: 'enforce', attachment: '/usr/bin/man', digest: { algorithm: 'sha1', hex: '5f8ab9' } },
    { name: 'dnsmasq', mode: 'complain', digest: { algorithm: 'sha256', hex: 'ee1b' }, loadedAtMs: 1_700_000_000_000 },
    { name: 'dnsmasq//lease', mode: 'kill' },
  ]);
});

test('a process has its label, unit and start, whatever it calls itself', () => {
  const text = `/proc/1/attr/apparmor/current:unconfined
/proc/1/attr/current:other_module_label
/proc/1/cgroup:0::/init.scope
/proc/7/attr/current:smbd (enforce)
/proc/7/cgroup:12:cpu:/x.service
/proc/7/cgroup:0::/system.slice/smbd.service/sub
/proc/7/stat:7 (a) b (c) S 1 7 7 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 4711 1 2
/proc/8/attr/apparmor/current:a//&b (complain)
/proc/8/stat:8 (two
/proc/8/stat:lines) S 1
/proc/x/stat:1
`;
  assert.deepEqual(
    [...parseProcessFiles(text)],
    [
      [1, { label: 'unconfined', unit: 'init.scope' }],
      [7, { label: 'smbd', mode: 'enforce', unit: 'smbd.service', startTicks: 4711 }],
      [8, { label: 'a//&b', mode: 'complain' }],
    ],
  );
});

test('sockets have their addresses and who holds them', () => {
  const text = `udp   UNCONN 0 0 127.0.0.53%lo:53 0.0.0.0:* users:(("systemd-resolve",pid=812,fd=13))
tcp   LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=1,fd=3),("sshd",pid=1,fd=4),("x pid=5",pid=9,fd=1))
tcp   LISTEN 0 128 [::1]:631 [::]:*

`;
  assert.deepEqual(parseListening(text), [
    { protocol: 'udp', address: '127.0.0.53%lo:53', isLoopback: true, pids: [812] },
    { protocol: 'tcp', address: '0.0.0.0:22', isLoopback: false, pids: [1, 9] },
    { protocol: 'tcp', address: '[::1]:631', isLoopback: true, pids: [] },
  ]);
});

test('no text makes a parser throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      parseProfiles(`${PROFILES}/${text}`, text);
      parseProcessFiles(`/proc/1/stat:${text}`);
      parseListening(`tcp ${text}`);
    }),
  );
});
