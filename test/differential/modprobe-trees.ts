import fc from 'fast-check';

/** The directories of kmod in the order of their rank; `/usr/lib` is left out: kmod 30 and 31 differ in it. */
export const DIRECTORIES = [
  '/etc/modprobe.d',
  '/run/modprobe.d',
  '/usr/local/lib/modprobe.d',
  '/lib/modprobe.d',
] as const;

/** The modules the kernel of the test has. */
export const MODULES = ['dccp', 'sctp', 'tipc', 'usb_storage', 'can_bcm', 'n_hdlc'] as const;

export interface ModprobeTree {
  readonly files: readonly { readonly path: string; readonly content: string }[];
  readonly links: readonly { readonly path: string; readonly target: string }[];
  readonly folders: readonly string[];
  readonly commandLine: string;
}

const module = fc.constantFrom(...MODULES);
const spelling = fc.oneof(
  { weight: 4, arbitrary: module },
  { weight: 2, arbitrary: module.map((name) => name.replaceAll('_', '-')) },
  { weight: 1, arbitrary: fc.constant('other') },
);
const pattern = fc.oneof(
  { weight: 6, arbitrary: spelling },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'd*',
      '*p',
      '?ctp',
      '[d-s]c*',
      '[!d]ctp',
      'usb?storage',
      'usb-*',
      '[a-c]an[_]bcm',
      'n_h*c',
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('dc\\cp', 'tip[c', 'sctp]', '*', 'DCCP') },
);
const program = fc.constantFrom(
  '/bin/false',
  '/bin/true',
  '/usr/bin/false',
  'true; /bin/echo',
  '/bin/sh -c "exit 1"',
  '/sbin/modprobe --ignore-install dccp',
  '/bin/fa\\lse',
  '/bin/false # no',
  '/bin/\\\nfalse',
);
const gap = fc.constantFrom(' ', ' ', '\t', '  ', ' \\\n ', '\t \t');
const indent = fc.constantFrom('', '', '', ' ', '\t');
const ending = fc.constantFrom('\n', '\n', '\n', '\n', '\r\n', ' \n', '\\\n', '\\\\\n', ' \\ \n', '\n\n');

const line = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(indent, gap, pattern, gap, program, fc.nat(999))
      .map(([start, one, name, two, run, id]) => `${start}install${one}${name}${two}${run} ${String(id)}`),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(indent, gap, spelling).map(([start, one, name]) => `${start}blacklist${one}${name}`),
  },
  { weight: 1, arbitrary: fc.tuple(module, gap).map(([name, one]) => `remove${one}${name} /bin/false`) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '# install dccp /bin/false',
      ' # blacklist sctp',
      '#\\',
      'install',
      'install dccp',
      'install sctp ',
      'blacklist',
      'blacklist dccp sctp',
      'blacklist [tipc',
      'INSTALL dccp /bin/false',
      'options other debug=1',
      'nonsense',
      'install\\ dccp /bin/false',
    ),
  },
);
const content = fc.array(fc.tuple(line, ending), { maxLength: 6 }).map((lines) => lines.flat().join(''));
const fileName = fc.constantFrom(
  '10-a.conf',
  '50-b.conf',
  '9-c.conf',
  'Z.conf',
  'a.conf',
  'b.alias',
  '.hidden.conf',
  'c.conf.dpkg-old',
  'd',
  'é.conf',
);
const path = fc.tuple(fc.constantFrom(...DIRECTORIES), fileName).map(([directory, name]) => `${directory}/${name}`);
const listed = fc.array(spelling, { minLength: 1, maxLength: 3 }).map((names) => names.join(','));
const commandLine = fc.oneof(
  { weight: 3, arbitrary: fc.constant('quiet root=/dev/vda1') },
  { weight: 1, arbitrary: listed.map((names) => `quiet modprobe.blacklist=${names} ro`) },
  { weight: 1, arbitrary: fc.tuple(listed, listed).map(([a, b]) => `modprobe.blacklist=${a} modprobe.blacklist=${b}`) },
);

export const modprobeTree: fc.Arbitrary<ModprobeTree> = fc
  .record({
    files: fc.uniqueArray(fc.record({ path, content }), { minLength: 1, maxLength: 7, selector: (file) => file.path }),
    links: fc.uniqueArray(fc.record({ path, target: fc.constantFrom('/dev/null', '../aside.conf', '../aside.d') }), {
      maxLength: 2,
      selector: (link) => link.path,
    }),
    folders: fc.uniqueArray(path, { maxLength: 1 }),
    commandLine,
  })
  .map((tree) => {
    const taken = new Set(tree.files.map((file) => file.path));
    const links = tree.links.filter((link) => !taken.has(link.path));
    for (const link of links) taken.add(link.path);
    return { ...tree, links, folders: tree.folders.filter((folder) => !taken.has(folder)) };
  });
