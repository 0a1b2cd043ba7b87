const RELEASE = /^(\d+)\.(\d+)/;

/** Whether `uname -r` names a kernel before a release such as `6.7`. A release of another form is older than none. */
export function isOlderThan(kernelRelease: string, since: string): boolean {
  const [own, wanted] = [RELEASE.exec(kernelRelease), RELEASE.exec(since)];
  if (own === null || wanted === null) return false;
  const [major, minor] = [Number(own[1]) - Number(wanted[1]), Number(own[2]) - Number(wanted[2])];
  return major < 0 || (major === 0 && minor < 0);
}
