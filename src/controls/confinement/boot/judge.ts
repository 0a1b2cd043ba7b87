import type { Finding, Location, Remedy } from '../../../core/finding.ts';
import type { BootView, CommandLineWord, ConfinementState, KernelView } from '../state.ts';

type Answer =
  | { readonly kind: 'yes' }
  | { readonly kind: 'no'; readonly reason: string; readonly where?: Location; readonly remedy: Remedy }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Whether AppArmor is at work now, will be at the next boot, and whether that boot loads the profiles. */
export function judgeAppArmor(state: ConfinementState, boot: BootView): Finding {
  const next = atNextBoot(boot);
  const answers = [activeNow(state.kernel, state.isRunning), next, loadedAtBoot(boot.service)].filter(
    (answer) => answer !== undefined,
  );
  const no = answers.find((answer) => answer.kind === 'no');
  const unknown = answers.find((answer) => answer.kind === 'unknown');
  const base = {
    id: 'confinement/apparmor',
    severity: 'high' as const,
    title: 'AppArmor',
    why: 'Without it no profile holds anything: every program may do all that its user may.',
    expected: 'active now and at the next boot, with its profiles loaded',
    observed: {
      order: boot.orderNow === undefined ? null : [...boot.orderNow],
      service: typeof boot.service === 'string' ? boot.service : null,
    },
    references: REFERENCES,
  };
  if (no?.kind === 'no')
    return {
      ...base,
      outcome: 'fail',
      summary: no.reason,
      remedy: state.isRunning ? no.remedy : { kind: 'manual', instruction: 'Set it right where the image is built.' },
      ...(no.where !== undefined && { where: no.where }),
    };
  if (unknown?.kind === 'unknown')
    return { ...base, outcome: 'unknown', summary: `it is not known: ${unknown.reason}`, reason: unknown.reason };
  const now = state.isRunning ? 'active now and at the next boot' : 'active at the next boot';
  return { ...base, outcome: 'pass', summary: `${now}; the boot loads the profiles` };
}

const REFERENCES: Finding['references'] = [
  { source: 'CIS Debian Linux 12 Benchmark', item: '1.3.1.2', version: 'v1.1.0' },
  { source: 'ANSSI-BP-028', item: 'R45', version: '2.0' },
];

function activeNow(kernel: KernelView, isRunning: boolean): Answer | undefined {
  if (!isRunning) return undefined;
  if (kernel.kind === 'inactive')
    return {
      kind: 'no',
      reason: kernel.reason,
      remedy: {
        kind: 'manual',
        instruction:
          'Boot a kernel that is built with AppArmor (CONFIG_SECURITY_APPARMOR, as Debian’s are) with apparmor=1 and with apparmor in lsm= (kernel.boot of the blueprint), and install the package apparmor.',
      },
    };
  return kernel.kind === 'unreadable' ? { kind: 'unknown', reason: kernel.reason } : { kind: 'yes' };
}

/** kernel-parameters.txt: `lsm=` names all modules and overrules `security=`, which names the one of the large ones. */
function atNextBoot(boot: BootView): Answer {
  const { next, now } = boot.commandLines;
  if (next.kind === 'unknown') return { kind: 'unknown', reason: `the next boot is not known: ${next.reason}` };
  const where: Location = { path: next.path, line: next.line };
  const place = `${next.path}:${String(next.line)}`;
  const problem = switchedOff(next.words);
  if (problem !== undefined)
    return {
      kind: 'no',
      reason: `the next boot is without it: ${place} has ${problem}`,
      where,
      remedy: {
        kind: 'manual',
        instruction: `Take ${problem} from the kernel’s command line (on Debian /etc/default/grub, then update-grub).`,
      },
    };
  if (isAskedFor(next.words)) return { kind: 'yes' };
  // Nothing is said: the order that the kernel was built with counts, as in this boot if nothing was said then either.
  if (boot.builtInOrder !== undefined)
    return boot.builtInOrder.includes('apparmor')
      ? { kind: 'yes' }
      : {
          kind: 'no',
          reason: `the next boot is without it: the kernel is built with CONFIG_LSM="${boot.builtInOrder.join(',')}" and nothing on its command line asks for more`,
          where,
          remedy: {
            kind: 'manual',
            instruction: 'Add security=apparmor to the kernel’s command line (kernel.boot of the blueprint).',
          },
        };
  if (
    now !== undefined &&
    !isAskedFor(now) &&
    switchedOff(now) === undefined &&
    boot.orderNow?.includes('apparmor') === true
  )
    return { kind: 'yes' };
  return { kind: 'unknown', reason: 'which modules the kernel starts with by itself (CONFIG_LSM) is not known' };
}

function switchedOff(parameters: readonly CommandLineWord[]): string | undefined {
  if (last(parameters, 'apparmor') === '0') return 'apparmor=0';
  const order = last(parameters, 'lsm');
  if (order !== undefined) return order.split(',').includes('apparmor') ? undefined : `lsm=${order}`;
  const security = last(parameters, 'security');
  return security === undefined || security === 'apparmor' ? undefined : `security=${security}`;
}

function isAskedFor(parameters: readonly CommandLineWord[]): boolean {
  return (
    last(parameters, 'lsm')?.split(',').includes('apparmor') === true || last(parameters, 'security') === 'apparmor'
  );
}

function last(parameters: readonly CommandLineWord[], name: string): string | undefined {
  return parameters.findLast((parameter) => parameter.name === name)?.value ?? undefined;
}

function loadedAtBoot(service: BootView['service']): Answer {
  if (typeof service !== 'string') return { kind: 'unknown', reason: service.reason };
  switch (service) {
    case 'enabled':
      return { kind: 'yes' };
    case 'masked':
      return {
        kind: 'no',
        reason: 'the next boot loads no profile: apparmor.service is masked',
        remedy: {
          kind: 'changes',
          changes: [
            { kind: 'unit', name: 'apparmor.service', action: 'unmask' },
            { kind: 'unit', name: 'apparmor.service', action: 'enable' },
          ],
        },
      };
    case 'disabled':
      return {
        kind: 'no',
        reason: 'the next boot loads no profile: apparmor.service is not enabled',
        remedy: { kind: 'changes', changes: [{ kind: 'unit', name: 'apparmor.service', action: 'enable' }] },
      };
    case 'absent':
      return {
        kind: 'no',
        reason: 'the next boot loads no profile: there is no apparmor.service',
        remedy: { kind: 'changes', changes: [{ kind: 'package', name: 'apparmor', action: 'install' }] },
      };
  }
}
