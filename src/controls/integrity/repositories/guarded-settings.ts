import type { Severity } from '../../../core/severity.ts';

/** A setting of apt that makes a signature count for nothing, or for less. */
export interface GuardedSetting {
  readonly name: string;
  /** The value that is safe, which is apt's own default. */
  readonly wanted: boolean;
  readonly severity: Severity;
  readonly why: string;
  readonly source: string;
}

export const GUARDED_SETTINGS: readonly GuardedSetting[] = [
  {
    name: 'APT::Get::AllowUnauthenticated',
    wanted: false,
    severity: 'critical',
    why: 'Packages are installed as root without anybody having signed for them.',
    source: 'apt-get(8)',
  },
  {
    name: 'Acquire::AllowInsecureRepositories',
    wanted: false,
    severity: 'high',
    why: 'A repository without a signature is taken as one that has none to give: whoever is on the way only needs to leave it out.',
    source: 'apt-secure(8)',
  },
  {
    name: 'Acquire::AllowWeakRepositories',
    wanted: false,
    severity: 'medium',
    why: 'Digests that can be forged (MD5, SHA-1) count as good.',
    source: 'apt-secure(8)',
  },
  {
    name: 'Acquire::AllowDowngradeToInsecureRepositories',
    wanted: false,
    severity: 'high',
    why: 'A repository that was signed may lose its signature without apt minding.',
    source: 'apt-secure(8)',
  },
  {
    name: 'Acquire::Check-Valid-Until',
    wanted: true,
    severity: 'medium',
    why: 'Old lists with their true signatures can be played back, so that known weaknesses are never mended.',
    source: 'apt.conf(5)',
  },
  {
    name: 'Acquire::https::Verify-Peer',
    wanted: true,
    severity: 'medium',
    why: 'The certificate of a repository is not looked at: anybody can pose as it.',
    source: 'apt-transport-https(1)',
  },
  {
    name: 'Acquire::https::Verify-Host',
    wanted: true,
    severity: 'medium',
    why: 'The certificate of any other host passes as that of a repository.',
    source: 'apt-transport-https(1)',
  },
];

/** Settings that make apt look for its files elsewhere than this part does. */
export const MOVING_SETTINGS = [
  'dir',
  'rootdir',
  'dir::etc',
  'dir::etc::sourcelist',
  'dir::etc::sourceparts',
  'dir::etc::trusted',
  'dir::etc::trustedparts',
  'dir::etc::main',
  'dir::etc::parts',
  'dir::state',
  'dir::state::lists',
] as const;
