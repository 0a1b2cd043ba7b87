const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
const BYTE_MAX = 255;
const PORT_MAX = 65_535;
const GROUPS = 8;
const GROUP = /^[0-9a-fA-F]{1,4}$/;

function isIpv4(text: string): boolean {
  const parts = IPV4.exec(text)?.slice(1) ?? [];
  return parts.length > 0 && parts.every((part) => Number(part) <= BYTE_MAX && !/^0\d/.test(part));
}

function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  let groups = 0;
  for (const [index, half] of halves.entries()) {
    const parts = half === '' ? [] : half.split(':');
    for (const [at, part] of parts.entries()) {
      const isLast = index === halves.length - 1 && at === parts.length - 1;
      if (isLast && part.includes('.')) {
        if (!isIpv4(part)) return false;
        groups += 2;
      } else if (GROUP.test(part)) groups += 1;
      else return false;
    }
  }
  return halves.length === 2 ? groups < GROUPS : groups === GROUPS;
}

/** What inet_pton(3) takes, and `none`. */
export function isAddress(text: string): boolean {
  return text === 'none' || isIpv4(text) || isIpv6(text);
}

/** A port, or `from-to`. */
export function isPort(text: string): boolean {
  const ends = text.split('-');
  if (ends.length > 2 || !ends.every((end) => /^\+?\d+$/.test(end) && Number(end) <= PORT_MAX)) return false;
  return ends.length === 1 || Number(ends[0]) <= Number(ends[1]);
}
