/**
 * The two spellings of a sysctl key. Its *path* is what stands below /proc/sys: `net/ipv4/conf/eth0.100/rp_filter`.
 * As *key* (sysctl(8), sysctl.d(5)) dots and slashes trade places: `net.ipv4.conf.eth0/100.rp_filter`.
 */

/**
 * The path that systemd-sysctl makes of a name: if the first separator is a slash the name is a path already,
 * otherwise dots and slashes are swapped; doubled slashes, `.` parts and the first slash go (sysctl.d(5), "key names";
 * sysctl_normalize() and path_simplify() of systemd 252).
 */
export function sysctlPath(name: string): string {
  const isPath = /[/.]/.exec(name)?.[0] === '/';
  const path = isPath ? name : swapSeparators(name);
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

/** The key of a path, as people write it. */
export function sysctlKey(path: string): string {
  return swapSeparators(path);
}

function swapSeparators(name: string): string {
  return name.replace(/[/.]/g, (separator) => (separator === '.' ? '/' : '.'));
}
