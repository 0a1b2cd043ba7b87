import type { Finding } from '../../src/core/finding.ts';
import { judgeConfinement } from '../../src/controls/confinement/judge.ts';
import { confinementPolicy } from '../../src/controls/confinement/policy.ts';
import type { ConfinementState, LoadedProfile, PolicyFile, ProcessSeen } from '../../src/controls/confinement/state.ts';

/* One program with its profile, as most tests of judging have it. */

export const PROGRAM = '/usr/bin/demo';
export const FILE = '/etc/apparmor.d/usr.bin.demo';
export const ENFORCED = 'profile demo /usr/bin/demo {\n  profile child {\n  }\n}\n';
export const COMPLAINING = ENFORCED.replace('demo {', 'demo flags=(complain) {');
const DIGEST = { algorithm: 'sha256', hex: 'aa' } as const;
export const NOW = Date.UTC(2026, 0, 20);

export const file = (text: string, over: Partial<PolicyFile> = {}): PolicyFile => ({ path: FILE, text, ...over });
export const held = (mode: string, childMode = mode): readonly LoadedProfile[] => [
  { name: 'demo', mode, digest: DIGEST, attachment: PROGRAM },
  { name: 'demo//child', mode: childMode, digest: DIGEST },
];
export const running = (over: Partial<ProcessSeen> = {}): ProcessSeen => ({
  pid: 7,
  program: PROGRAM,
  isDeleted: false,
  label: 'demo',
  ...over,
});
export const processes = (...all: ProcessSeen[]): ConfinementState['processes'] => ({
  kind: 'processes',
  processes: all,
  unseen: 0,
});
export const compiled = (sha256: string): ConfinementState['compiled'] => ({
  [FILE]: { kind: 'compiled', profiles: ['demo', 'demo//child'].map((name) => ({ name, sha1: '', sha256 })) },
});

export function state(over: Partial<ConfinementState> = {}): ConfinementState {
  return {
    nowMs: NOW,
    isRunning: true,
    container: null,
    kernel: { kind: 'profiles', profiles: held('enforce') },
    files: { files: [file(ENFORCED)], problems: [] },
    boot: undefined,
    processes: processes(running()),
    sockets: undefined,
    privileged: undefined,
    programs: { [PROGRAM]: { isInstalled: true, realPath: PROGRAM } },
    compiled: compiled('aa'),
    soak: {},
    ...over,
  };
}

export function judged(
  over: Partial<ConfinementState>,
  wish: unknown = 'enforce',
  more: object = {},
): ReadonlyMap<string, Finding> {
  const policy = confinementPolicy.parse({ programs: { [PROGRAM]: wish }, ...more });
  return new Map(judgeConfinement(state(over), policy).map((finding) => [finding.id, finding]));
}

export const outcomes = (findings: ReadonlyMap<string, Finding>): string =>
  [...findings.values()]
    .map(({ id, outcome }) => `${id.replace(PROGRAM, '').replace('confinement/', '')}:${outcome}`)
    .join(' ');

export const kernel = (profiles: readonly LoadedProfile[]): Pick<ConfinementState, 'kernel'> => ({
  kernel: { kind: 'profiles', profiles },
});
export const files = (...all: PolicyFile[]): Pick<ConfinementState, 'files'> => ({
  files: { files: all, problems: [] },
});
export const NOT_LOOKED = { kind: 'not-looked', reason: 'no /proc' } as const;
