function words(...lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split(' '));
}

/** capabilities(7), in the spelling of the policy; list of base_cap_names.h, the same in 3.0, 4.1 and 5.0. */
export const CAPABILITIES: ReadonlySet<string> = new Set(
  words(
    'audit_control audit_read audit_write block_suspend bpf checkpoint_restore chown dac_override',
    'dac_read_search fowner fsetid ipc_lock ipc_owner kill lease linux_immutable mac_admin mac_override mknod',
    'net_admin net_bind_service net_broadcast net_raw perfmon setfcap setgid setpcap setuid syslog sys_admin',
    'sys_boot sys_chroot sys_module sys_nice sys_pacct sys_ptrace sys_rawio sys_resource sys_time',
    'sys_tty_config wake_alarm',
  ),
);

/** Address families of linux/socket.h, in lower case without `AF_`; list of base_af_names.h. */
export const ADDRESS_FAMILIES: ReadonlySet<string> = new Set(
  words(
    'unspec unix inet ax25 ipx appletalk netrom bridge atmpvc x25 inet6 rose netbeui security key netlink',
    'packet ash econet atmsvc rds sna irda pppox wanpipe llc ib mpls can tipc bluetooth iucv rxrpc isdn phonet',
    'ieee802154 caif alg nfc vsock kcm qipcrtr smc xdp mctp',
  ),
);

/** socket(2); `dccp` exists in rules of Unix sockets alone. */
export const SOCKET_TYPES: readonly string[] = ['stream', 'dgram', 'seqpacket', 'rdm', 'raw', 'packet'];
export const UNIX_SOCKET_TYPES: ReadonlySet<string> = new Set(['none', 'dccp', ...SOCKET_TYPES]);

/** What may stand in the place of a type, by family: `tcp` is `stream`, `udp` is `dgram`. */
export const FAMILY_PROTOCOLS: Readonly<Record<string, readonly string[]>> = {
  inet: ['tcp', 'udp', 'icmp'],
  inet6: ['tcp', 'udp'],
};

/** signal(7); `stp` is the old spelling of `tstp`, `exists` the test with signal 0 (signal_map of signal.cc). */
export const SIGNALS: ReadonlySet<string> = new Set(
  words(
    'hup int quit ill trap abrt bus fpe kill usr1 segv usr2 pipe alrm term stkflt chld cont stop stp ttin ttou',
    'urg xcpu xfsz vtalrm prof winch io pwr sys emt exists',
  ),
);
/** Spellings that 5.0 brought. */
export const NEW_SIGNALS: ReadonlySet<string> = new Set(['tstp', 'poll']);
/** MAXRT_SIG of signal.cc. */
export const REAL_TIME_SIGNALS = 32;

/** errno(3) of Linux, for `flags=(error=…)`. */
export const ERROR_NAMES: ReadonlySet<string> = new Set(
  words(
    'eperm enoent esrch eintr eio enxio e2big enoexec ebadf echild eagain ewouldblock enomem eacces efault',
    'enotblk ebusy eexist exdev enodev enotdir eisdir einval enfile emfile enotty etxtbsy efbig enospc espipe',
    'erofs emlink epipe edom erange edeadlk enametoolong enolck enosys enotempty eloop enomsg eidrm echrng',
    'el2nsync el3hlt el3rst elnrng eunatch enocsi el2hlt ebade ebadr exfull enoano ebadrqc ebadslt edeadlock',
    'ebfont enostr enodata etime enosr enonet enopkg eremote enolink eadv esrmnt ecomm eproto emultihop',
    'edotdot ebadmsg eoverflow enotuniq ebadfd eremchg elibacc elibbad elibscn elibmax elibexec eilseq',
    'erestart estrpipe eusers enotsock edestaddrreq emsgsize eprototype enoprotoopt eprotonosupport',
    'esocktnosupport eopnotsupp epfnosupport eafnosupport eaddrinuse eaddrnotavail enetdown enetunreach',
    'enetreset econnaborted econnreset enobufs eisconn enotconn eshutdown etoomanyrefs etimedout econnrefused',
    'ehostdown ehostunreach ealready einprogress estale euclean enotnam enavail eisnam eremoteio edquot',
    'enomedium emediumtype ecanceled enokey ekeyexpired ekeyrevoked ekeyrejected eownerdead enotrecoverable',
    'erfkill ehwpoison',
  ),
);
