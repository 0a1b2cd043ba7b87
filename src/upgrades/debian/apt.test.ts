import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSimulation } from './apt.ts';

/** As apt-get 2.6.1 prints it on Debian 12. */
const SIMULATION = `NOTE: This is only a simulation!
Inst tzdata [2024a-0+deb12u1] (2026f-0+deb12u1 Debian-Security:12/oldstable-security [all])
Inst libssl-dev [3.0.19-1~deb12u2] (3.0.22-1~deb12u2 Debian-Security:12/oldstable-security [amd64]) []
Inst libc6:i386 [2.36-9] (2.36-10 Debian:12.1/stable, Debian-Security:12/stable-security [i386])
Inst brand-new (1:2.0 Debian:12/stable [amd64])
Conf tzdata (2026f-0+deb12u1 Debian-Security:12/oldstable-security [all])
`;

test('what apt would install, by name and architecture', () => {
  assert.deepEqual(
    [...parseSimulation(SIMULATION)],
    [
      ['tzdata:all', '2026f-0+deb12u1'],
      ['libssl-dev:amd64', '3.0.22-1~deb12u2'],
      ['libc6:i386', '2.36-10'],
      ['brand-new:amd64', '1:2.0'],
    ],
  );
});
