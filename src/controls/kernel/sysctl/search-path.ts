/**
 * The directories systemd-sysctl reads, first wins (CONF_PATHS of systemd; `/lib` where /usr isn't merged). Debian reads
 * /etc/sysctl.conf only through the link /etc/sysctl.d/99-sysctl.conf, at the place that name has in the order.
 */
export const SYSCTL_DIRECTORIES = [
  '/etc/sysctl.d',
  '/run/sysctl.d',
  '/usr/local/lib/sysctl.d',
  '/usr/lib/sysctl.d',
  '/lib/sysctl.d',
] as const;
