import type { Severity } from '../../../core/severity.ts';
import { allowRules, reportOn } from '../context.ts';
import type { LintRule } from '../lint-rule.ts';
import { capabilities, manual } from '../references.ts';

interface Broad {
  readonly severity: Severity;
  readonly what: string;
}

/** What each gives away, after capabilities(7). */
const BROAD: ReadonlyMap<string, Broad> = new Map<string, Broad>([
  ['sys_admin', { severity: 'critical', what: 'mounting, namespaces and most of what root can do' }],
  ['sys_module', { severity: 'critical', what: 'loading code into the kernel' }],
  ['sys_rawio', { severity: 'critical', what: 'reading and writing memory and ports of devices' }],
  ['mac_admin', { severity: 'critical', what: 'loading and replacing AppArmor profiles' }],
  ['mac_override', { severity: 'critical', what: 'passing over mandatory access control' }],
  ['bpf', { severity: 'high', what: 'loading programs of BPF' }],
  ['dac_override', { severity: 'high', what: 'passing over the permissions of every file that the profile names' }],
  ['dac_read_search', { severity: 'high', what: 'reading every file that the profile names, and by handle any' }],
  ['sys_ptrace', { severity: 'high', what: 'looking into any process' }],
  ['sys_boot', { severity: 'high', what: 'rebooting, and running another kernel' }],
  ['setuid', { severity: 'medium', what: 'becoming any user' }],
  ['setgid', { severity: 'medium', what: 'taking any group' }],
  ['setfcap', { severity: 'high', what: 'giving capabilities to files' }],
  ['chown', { severity: 'medium', what: 'taking any file that the profile names' }],
  ['fowner', { severity: 'medium', what: 'acting as the owner of any file that the profile names' }],
  ['mknod', { severity: 'high', what: 'making device files' }],
  ['net_admin', { severity: 'high', what: 'changing addresses, routes and the firewall' }],
  ['net_raw', { severity: 'medium', what: 'sending and reading any packet' }],
  ['sys_chroot', { severity: 'medium', what: 'changing the root folder' }],
]);

export const broadCapability: LintRule = {
  id: 'broad-capability',
  title: 'A capability gives away more than it says',
  severity: 'high',
  why: 'Some capabilities are as good as being root, or pass over rules that the rest of the profile relies on.',
  safer:
    'Leave it out and see what is denied; let the service manager do what needs it (systemd: AmbientCapabilities, sockets, User=).',
  references: [capabilities('CAPABILITIES LIST'), manual('Capability rules')],
  check: (context) =>
    allowRules(context, 'capability').flatMap((rule) => {
      if (rule.capabilities.length === 0)
        return [
          reportOn(rule, 'allows every capability', {
            severity: 'critical',
            safer: 'Name the capabilities that are needed: `capability net_bind_service,`.',
          }),
        ];
      return rule.capabilities.flatMap((name) => {
        const broad = BROAD.get(name);
        return broad === undefined
          ? []
          : [reportOn(rule, `allows ${name}: ${broad.what}`, { severity: broad.severity })];
      });
    }),
};
