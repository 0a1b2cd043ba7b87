/** Numbers of what is mediated: the first byte of each rule (AA_CLASS_* of include/apparmor.h and of the parser's policydb.h). */
export const CLASS = {
  file: 2,
  capability: 3,
  /** Of Ubuntu's kernels before `network_v8`; sockets of the local kind only. */
  networkV7: 4,
  rlimit: 5,
  domain: 6,
  mount: 7,
  ptrace: 9,
  signal: 10,
  attachment: 11,
  networkV8: 14,
  networkV9: 15,
  label: 16,
  posixQueue: 17,
  systemVQueue: 18,
  module: 19,
  namespace: 21,
  ioUring: 22,
  networkV9Packet: 30,
  dbus: 32,
} as const;

/** Names of permissions by their bits, class by class (include/perms.h, the parser's mount.h, dbus.h, userns.h, io_uring.h). */
export const MOUNT_BITS = { pivot_root: 0x1, mount: 0x2, umount: 0x4 } as const;
/** AA_MNT_CONT_MATCH: the mount's data decide. */
export const MOUNT_CONTINUES = 0x40;
export const SIGNAL_BITS = { send: 0x2, receive: 0x4 } as const;
export const PTRACE_BITS = { trace: 0x2, read: 0x4, tracedby: 0x8, readby: 0x10 } as const;
export const NETWORK_BITS = {
  send: 0x2,
  receive: 0x4,
  create: 0x10,
  shutdown: 0x20,
  connect: 0x40,
  setattr: 0x100,
  getattr: 0x200,
  accept: 0x100000,
  bind: 0x200000,
  listen: 0x400000,
  setopt: 0x1000000,
  getopt: 0x2000000,
} as const;
export const DBUS_BITS = { send: 0x2, receive: 0x4, eavesdrop: 0x20, bind: 0x40 } as const;
export const NAMESPACE_BITS = { create: 0x8 } as const;
export const IO_URING_BITS = { override_creds: 0x8, sqpoll: 0x10 } as const;
export const QUEUE_BITS = {
  write: 0x2,
  read: 0x4,
  create: 0x10,
  delete: 0x20,
  open: 0x40,
  setattr: 0x100,
  getattr: 0x200,
} as const;
