import fc from 'fast-check';

/** The interfaces the test makes in each network namespace; one has a dot in its name. */
export const INTERFACES = ['br.1', 'eth0'] as const;

export const DIRECTORIES = ['/etc/sysctl.d', '/run/sysctl.d', '/usr/local/lib/sysctl.d', '/usr/lib/sysctl.d'] as const;

export type TreeEntry =
  | { readonly kind: 'file'; readonly path: string; readonly content: string }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | { readonly kind: 'directory'; readonly path: string };

const CONF_LEAVES = {
  ipv4: [
    'rp_filter',
    'accept_redirects',
    'send_redirects',
    'log_martians',
    'forwarding',
    'accept_source_route',
    'arp_ignore',
    'promote_secondaries',
    'route_localnet',
  ],
  ipv6: ['forwarding', 'disable_ipv6', 'accept_ra', 'accept_redirects', 'ignore_routes_with_linkdown'],
} as const;

const SCOPES = ['all', 'default', 'lo', ...INTERFACES] as const;

/** Keys that take every value of `integer` below: what range a kernel allows is not systemd's business. */
const SINGLE_PATHS = ['net/ipv4/ip_forward', 'net/ipv4/tcp_syncookies', 'net/ipv4/tcp_fin_timeout'] as const;
const RANGE_PATH = 'net/ipv4/ip_local_port_range';

/** Every key that a tree may set, as a path. All of them belong to the network namespace. */
export const COMPARED_PATHS: readonly string[] = [
  ...SINGLE_PATHS,
  RANGE_PATH,
  ...SCOPES.flatMap((scope) => [
    ...CONF_LEAVES.ipv4.map((leaf) => `net/ipv4/conf/${scope}/${leaf}`),
    ...CONF_LEAVES.ipv6.map((leaf) => `net/ipv6/conf/${scope}/${leaf}`),
  ]),
];

const swap = (path: string): string => path.replace(/[/.]/g, (one) => (one === '/' ? '.' : '/'));

const path = fc.constantFrom(...COMPARED_PATHS);
const spelling = fc.oneof(
  { weight: 6, arbitrary: path.map(swap) },
  { weight: 2, arbitrary: path },
  { weight: 1, arbitrary: path.map((one) => `/${one.replace('/', '//')}`) },
  { weight: 1, arbitrary: path.map((one) => `./${one}`) },
  { weight: 1, arbitrary: fc.constant('net.ipv4.conf.not-there.rp_filter') },
);

const globPart = fc.constantFrom('*', '?r.1', '[a-e]*', '[!d]*', 'eth?', 'eth[0-9]', '*[!0]', 'b*1', '{eth0,lo}*');
const glob = fc.tuple(globPart, fc.constantFrom(4, 6), fc.nat(20)).map(([part, family, index]) => {
  const leaves = family === 4 ? CONF_LEAVES.ipv4 : CONF_LEAVES.ipv6;
  const leaf = leaves[index % leaves.length] ?? 'forwarding';
  return `net/ipv${String(family)}/conf/${part}/${leaf}`;
});
const pattern = fc.oneof(glob, glob.map(swap), fc.constant('net.ipv4.conf.*.*_redirects'));

const integer = fc.constantFrom('0', '1', '2', '0x1', '01', ' 1 ', '1\t', '', 'abc', '08');
const range = fc.constantFrom('32768 60999', '20000\t50000', '1024   65535');
const gap = fc.constantFrom('', ' ', '  ', '\t');
const dash = fc.constantFrom('', '', '', '-', '- ');

const assignment = fc
  .tuple(
    dash,
    fc.oneof({ weight: 5, arbitrary: spelling }, { weight: 2, arbitrary: pattern }),
    gap,
    gap,
    integer,
    range,
  )
  .map(([prefix, name, before, after, number, ports]) => {
    const isRange = name.includes('port_range');
    return `${prefix}${name}${before}=${after}${isRange ? ports : number}`;
  });
const exclusion = fc.tuple(fc.oneof(spelling, pattern), gap).map(([name, space]) => `-${space}${name}`);
const noise = fc.constantFrom(
  '',
  '   ',
  '# comment',
  ';net.ipv4.ip_forward = 1',
  'not an assignment',
  '=',
  '\t# indented',
);
const line = fc.oneof(
  { weight: 12, arbitrary: assignment },
  { weight: 2, arbitrary: exclusion },
  { weight: 2, arbitrary: noise },
  { weight: 1, arbitrary: fc.constant('OVERLONG') },
);
const lineEnd = fc.oneof(
  { weight: 20, arbitrary: fc.constant('\n') },
  { weight: 3, arbitrary: fc.constantFrom('\r\n', '\r', '\0', '\n\r', '\n\n', '\r\n\0', '\n\0\n') },
);
const content = fc
  .array(fc.tuple(gap, line, lineEnd), { maxLength: 8 })
  .map((lines) => lines.map(([indent, text, end]) => indent + text + end).join(''));

const LONG_LINE_CHARACTERS = 1024 * 1024;

/** A marker keeps the generated values small; it becomes a line of one character more or less than the limit. */
export function expandOverlong(text: string): string {
  let count = 0;
  return text.replaceAll('OVERLONG', () => {
    count += 1;
    return `#${'x'.repeat(LONG_LINE_CHARACTERS - (count % 2 === 0 ? 1 : 2))}`;
  });
}

const fileName = fc.constantFrom(
  '10-a.conf',
  '50-b.conf',
  'zz-freehold.conf',
  '99-sysctl.conf',
  'B.conf',
  'zz.conf',
  'é.conf',
  'a b.conf',
  '.h.conf',
  'x.conf~',
  'y.txt',
);
const place = fc.tuple(fc.constantFrom(...DIRECTORIES), fileName).map(([directory, name]) => `${directory}/${name}`);
const entry: fc.Arbitrary<TreeEntry> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('file' as const), path: place, content }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('link' as const),
      path: place,
      target: fc.constantFrom('/dev/null', '/nowhere.conf', '../sysctl.d/50-b.conf', '10-a.conf'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('directory' as const), path: place }) },
);

/** A whole set of sysctl.d directories; of each path the last entry stands. */
export const tree: fc.Arbitrary<readonly TreeEntry[]> = fc
  .array(entry, { minLength: 1, maxLength: 7 })
  .map((entries) => [...new Map(entries.map((one) => [one.path, one])).values()]);
