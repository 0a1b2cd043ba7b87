import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConfinementStatus } from '../../core/confinement-status.ts';
import { renderConfinement } from './terminal.ts';

const STATUS: ConfinementStatus = {
  format: 'freehold.confinement/1',
  host: {
    address: 'local',
    hostname: 'files',
    os: 'debian',
    osVersion: '12',
    osName: '',
    kernelRelease: '',
    architecture: 'x86_64',
    isRoot: true,
    container: null,
    isRunning: true,
  },
  startedAt: '2026-01-20T00:00:00.000Z',
  isActive: true,
  programs: [
    {
      program: '/usr/sbin/cupsd',
      profile: 'cupsd',
      now: 'complain',
      atNextBoot: 'enforce',
      wished: 'enforce',
      where: { path: '/etc/apparmor.d/usr.sbin.cupsd', line: 7 },
      processes: { confined: 1, unconfined: 2 },
      listens: ['tcp 0.0.0.0:631'],
      since: '2026-01-02T03:04:05.000Z',
      waitsFor: ['2 runs of it were seen; wanted 20'],
    },
    {
      program: '/usr/bin/x\u001b[2J',
      profile: null,
      now: 'none',
      atNextBoot: null,
      wished: null,
      where: null,
      processes: null,
      listens: [],
      since: null,
      waitsFor: [],
    },
  ],
  unconfined: [
    { program: '/usr/sbin/sshd', why: ['listens on tcp 0.0.0.0:22 (ssh.service)'], isAllowed: false },
    { program: '/usr/bin/su', why: ['setuid root'], isAllowed: true },
  ],
  unknown: ['not root'],
};

test('a line for each program, with what is wrong below it, and nothing that steers a terminal', () => {
  assert.equal(
    renderConfinement(STATUS, { width: 100, color: false }),
    `files: AppArmor is active; 2 profiles

now        next boot  processes    since       program (profile)
complain   enforce    1 + 2 free   2026-01-02  /usr/sbin/cupsd (cupsd)
                                               listens on tcp 0.0.0.0:631
                                               wanted enforce (/etc/apparmor.d/usr.sbin.cupsd:7)
                                               2 runs of it were seen; wanted 20
none       unknown    unknown                  /usr/bin/x\\x1b[2J (no profile)

Without a profile: 1 program (and 1 that the blueprint allows)
  /usr/sbin/sshd: listens on tcp 0.0.0.0:22 (ssh.service)

Not seen
  not root
`,
  );
});
