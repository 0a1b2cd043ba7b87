import type { Host, StatResult } from '../../../host/host.ts';
import type { BootView, CommandLines } from '../state.ts';
import { latin1 } from '../text.ts';

const ORDER = '/sys/kernel/security/lsm';
const CONFIG_LIMIT_BYTES = 4 * 1024 * 1024;
/** systemd.unit(5): what an administrator has set up counts before what a package brings. */
const MASKS = ['/etc/systemd/system/apparmor.service', '/run/systemd/system/apparmor.service'] as const;
const WANTS = ['/etc/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system'].map(
  (folder) => `${folder}/sysinit.target.wants/apparmor.service`,
);
const UNITS = ['/usr/lib/systemd/system', '/lib/systemd/system', '/etc/systemd/system'].map(
  (folder) => `${folder}/apparmor.service`,
);

/** What decides whether AppArmor, and the profiles, are there after the next boot. */
export async function observeBootView(host: Host, asked: Promise<CommandLines>): Promise<BootView> {
  const { kernelRelease, isRunning } = host.facts;
  const [commandLines, order, config, masks, wants, units] = await Promise.all([
    asked,
    isRunning ? host.read(ORDER) : undefined,
    kernelRelease === '' ? undefined : host.read(`/boot/config-${kernelRelease}`, { limitBytes: CONFIG_LIMIT_BYTES }),
    Promise.all(MASKS.map((path) => host.stat(path))),
    Promise.all(WANTS.map((path) => host.stat(path))),
    Promise.all(UNITS.map((path) => host.stat(path))),
  ]);
  const [, builtIn] = config?.kind === 'content' ? (/^CONFIG_LSM="([^"]*)"$/m.exec(latin1(config.bytes)) ?? []) : [];
  return {
    commandLines,
    ...(builtIn !== undefined && { builtInOrder: builtIn.split(',') }),
    ...(order?.kind === 'content' && { orderNow: latin1(order.bytes).trim().split(',') }),
    service: serviceOf({ masks, wants, units }),
  };
}

interface Stats {
  readonly masks: readonly StatResult[];
  readonly wants: readonly StatResult[];
  readonly units: readonly StatResult[];
}

function serviceOf({ masks, wants, units }: Stats): BootView['service'] {
  if (masks.some((stat) => stat.kind === 'stat' && stat.target === '/dev/null')) return 'masked';
  if (wants.some(({ kind }) => kind === 'stat')) return 'enabled';
  const unreadable = [...wants, ...units].find((stat) => stat.kind === 'unreadable');
  if (unreadable?.kind === 'unreadable') return { kind: 'unknown', reason: unreadable.message };
  return units.some(({ kind }) => kind === 'stat') ? 'disabled' : 'absent';
}
