import type { Host } from '../host/host.ts';

/** What a first blueprint should be built on, and what was seen that speaks for it. */
export interface Survey {
  readonly preset: 'baseline' | 'workstation' | 'server';
  /** One paragraph each, for a person. */
  readonly notes: readonly string[];
}

const SESSION_FOLDERS = ['/usr/share/wayland-sessions', '/usr/share/xsessions'] as const;

/** Programs whose work the presets may stand in the way of, and what to do about it. */
const NEEDS: readonly { readonly name: string; readonly paths: readonly string[]; readonly note: string }[] = [
  {
    name: 'Docker, podman or containerd',
    paths: ['/usr/bin/dockerd', '/usr/bin/podman', '/usr/bin/containerd', '/usr/local/bin/dockerd'],
    note: 'Containers behind a bridge need net.ipv4.ip_forward = 1: take the preset’s wish back with `net.ipv4.ip_forward: null` below, and keep user.max_user_namespaces.',
  },
  {
    name: 'libvirt',
    paths: ['/usr/sbin/libvirtd', '/usr/sbin/virtqemud'],
    note: 'Virtual machines behind its default network need net.ipv4.ip_forward = 1.',
  },
  {
    name: 'WireGuard',
    paths: ['/usr/bin/wg-quick'],
    note: 'A gateway needs net.ipv4.ip_forward = 1, and policy routing needs net.ipv4.conf.<interface>.rp_filter = 2.',
  },
  {
    name: 'kdump',
    paths: ['/usr/sbin/kdump-config', '/usr/bin/kdumpctl'],
    note: 'Crash dumps need their kernel loaded before kernel.kexec_load_disabled is set, and memory reserved on the command line.',
  },
];

/** Looks at what a machine is for: graphical sessions, containers, virtual machines, gateways. Reads only. */
export async function survey(host: Host): Promise<Survey> {
  const [isGraphical, needs] = await Promise.all([
    hasEntries(host, SESSION_FOLDERS),
    Promise.all(NEEDS.map(async (need) => ({ need, isThere: await existsAny(host, need.paths) }))),
  ]);
  const { preset, why } = choosePreset(host, isGraphical);
  const notes = needs.flatMap(({ need, isThere }) => (isThere ? [`${need.name} is installed here. ${need.note}`] : []));
  return { preset, notes: [why, ...notes] };
}

function choosePreset(host: Host, isGraphical: boolean): { readonly preset: Survey['preset']; readonly why: string } {
  if (host.facts.container !== null) {
    return {
      preset: 'baseline',
      why: `This is a container (${host.facts.container}); most of its kernel is its host’s business.`,
    };
  }
  return isGraphical
    ? { preset: 'workstation', why: 'People log in graphically here, so it starts from the preset workstation.' }
    : { preset: 'server', why: 'Nobody can log in graphically here, so it starts from the preset server.' };
}

async function hasEntries(host: Host, folders: readonly string[]): Promise<boolean> {
  const listings = await Promise.all(folders.map((folder) => host.list(folder)));
  return listings.some((listing) => listing.kind === 'entries' && listing.entries.length > 0);
}

async function existsAny(host: Host, paths: readonly string[]): Promise<boolean> {
  const stats = await Promise.all(paths.map((path) => host.stat(path)));
  return stats.some((stat) => stat.kind === 'stat');
}
