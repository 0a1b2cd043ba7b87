/** What kernels before 5.18 or so don't write: told from the operation and the fields that only one class has. */
export function classOf(operation: string, has: (field: string) => boolean): string {
  if (operation === 'capable' || has('capname')) return 'cap';
  if (operation.startsWith('dbus_')) return 'dbus';
  if (operation === 'signal' || operation === 'ptrace') return operation;
  if (operation.startsWith('uring_')) return 'io_uring';
  if (operation === 'userns_create') return 'namespace';
  if (operation === 'setrlimit' || has('rlimit')) return 'rlimits';
  if (MOUNT.has(operation)) return 'mount';
  if (operation === 'sysv_mqueue') return operation;
  if (has('family') || has('sock_type')) return 'net';
  return FILE.has(operation) || has('name') ? 'file' : 'unknown';
}

/** security/apparmor/include/audit.h. */
const MOUNT: ReadonlySet<string> = new Set(['mount', 'remount', 'umount', 'pivotroot']);
const FILE: ReadonlySet<string> = new Set([
  'exec',
  'change_hat',
  'change_profile',
  'change_onexec',
  'stack',
  'stack_onexec',
]);
