/** By their numbers: include/uapi/linux/capability.h of Linux 6.12. */
export const CAPABILITIES = [
  'cap_chown',
  'cap_dac_override',
  'cap_dac_read_search',
  'cap_fowner',
  'cap_fsetid',
  'cap_kill',
  'cap_setgid',
  'cap_setuid',
  'cap_setpcap',
  'cap_linux_immutable',
  'cap_net_bind_service',
  'cap_net_broadcast',
  'cap_net_admin',
  'cap_net_raw',
  'cap_ipc_lock',
  'cap_ipc_owner',
  'cap_sys_module',
  'cap_sys_rawio',
  'cap_sys_chroot',
  'cap_sys_ptrace',
  'cap_sys_pacct',
  'cap_sys_admin',
  'cap_sys_boot',
  'cap_sys_nice',
  'cap_sys_resource',
  'cap_sys_time',
  'cap_sys_tty_config',
  'cap_mknod',
  'cap_lease',
  'cap_audit_write',
  'cap_audit_control',
  'cap_setfcap',
  'cap_mac_override',
  'cap_mac_admin',
  'cap_syslog',
  'cap_wake_alarm',
  'cap_block_suspend',
  'cap_audit_read',
  'cap_perfmon',
  'cap_bpf',
  'cap_checkpoint_restore',
] as const;

/** With one of these a program can make itself root (capabilities(7), and "False Boundaries and Arbitrary Code Execution" by Brad Spengler). */
export const ROOT_EQUIVALENT: ReadonlySet<string> = new Set([
  'cap_chown',
  'cap_dac_override',
  'cap_dac_read_search',
  'cap_fowner',
  'cap_mknod',
  'cap_setfcap',
  'cap_setgid',
  'cap_setuid',
  'cap_sys_admin',
  'cap_sys_chroot',
  'cap_sys_module',
  'cap_sys_ptrace',
  'cap_sys_rawio',
]);

export interface FileCapabilities {
  /** Sorted by number; what has no name yet is `cap_63`. */
  readonly permitted: readonly string[];
  readonly inheritable: readonly string[];
  readonly isEffective: boolean;
  /** The user id that is root in the namespace that they count in. */
  readonly rootId?: number;
}

/** Words of 32 bits of `struct vfs_ns_cap_data`, by the revision in the first one. */
const REVISIONS: ReadonlyMap<number, { readonly sizeBytes: number; readonly pairs: number }> = new Map([
  [0x01, { sizeBytes: 12, pairs: 1 }],
  [0x02, { sizeBytes: 20, pairs: 2 }],
  [0x03, { sizeBytes: 24, pairs: 2 }],
]);
const EFFECTIVE = 0x01;
const REVISION_SHIFT = 24;
const WORD_BYTES = 4;
const WORD_BITS = 32;

/** Reads `security.capability` (linux/capability.h, `struct vfs_cap_data`); `undefined` for what the kernel would refuse. */
export function parseFileCapabilities(hex: string): FileCapabilities | undefined {
  const bytes = Buffer.from(hex, 'hex');
  if (bytes.length < WORD_BYTES) return undefined;
  const magic = bytes.readUInt32LE(0);
  const revision = REVISIONS.get(magic >>> REVISION_SHIFT);
  if (revision === undefined || revision.sizeBytes !== bytes.length) return undefined;
  const permitted: string[] = [];
  const inheritable: string[] = [];
  for (let pair = 0; pair < revision.pairs; pair += 1) {
    const at = WORD_BYTES + pair * 2 * WORD_BYTES;
    permitted.push(...namesIn(bytes.readUInt32LE(at), pair * WORD_BITS));
    inheritable.push(...namesIn(bytes.readUInt32LE(at + WORD_BYTES), pair * WORD_BITS));
  }
  const hasRoot = magic >>> REVISION_SHIFT === 0x03;
  return {
    permitted,
    inheritable,
    isEffective: (magic & EFFECTIVE) !== 0,
    ...(hasRoot && { rootId: bytes.readUInt32LE(bytes.length - WORD_BYTES) }),
  };
}

/** As setcap(8) takes it: `cap_net_raw=ep`. */
export function renderFileCapabilities({ permitted, inheritable, isEffective }: FileCapabilities): string {
  const all = [...new Set([...permitted, ...inheritable])].sort();
  const groups = new Map<string, string[]>();
  for (const name of all) {
    const [isPermitted, isInheritable] = [permitted.includes(name), inheritable.includes(name)];
    const flags = `${isEffective ? 'e' : ''}${isInheritable ? 'i' : ''}${isPermitted ? 'p' : ''}`;
    groups.set(flags, [...(groups.get(flags) ?? []), name]);
  }
  // None at all is something else than no attribute.
  if (groups.size === 0) return '=';
  return [...groups].map(([flags, names]) => `${names.join(',')}=${flags}`).join(' ');
}

function namesIn(word: number, first: number): readonly string[] {
  const names: string[] = [];
  for (let bit = 0; bit < WORD_BITS; bit += 1) {
    if (((word >>> bit) & 1) === 1) names.push(CAPABILITIES[first + bit] ?? `cap_${String(first + bit)}`);
  }
  return names;
}
