import type { Facts } from '../../src/host/host.ts';

/** A Debian 12 that answers. */
export const FACTS: Facts = {
  address: 'local',
  hostname: 'vm',
  os: 'debian',
  osVersion: '12',
  osName: '',
  kernelRelease: '',
  architecture: 'x86_64',
  isRoot: true,
  container: null,
  isRunning: true,
};
