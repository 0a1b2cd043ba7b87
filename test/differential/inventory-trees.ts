import fc from 'fast-check';

/** Files by path, and the patterns to select with. */
export interface InventoryTree {
  readonly files: Readonly<Record<string, string>>;
  /** The inventories to read, in order. */
  readonly sources: readonly string[];
  readonly patterns: readonly string[];
}

const GROUPS = ['web', 'db', 'prod', 'staging', 'eu-west', 'web2', 'z', 'A_b'] as const;
const HOST_WORDS = [
  'mail',
  'web01',
  'web[01:03]',
  'db[a:c]',
  'n[1:9:4]-[x:y]',
  'files.example.org',
  '10.0.0.1',
  '10.0.0.[2:4]',
  '2001:db8::1',
  'host_1',
  'user@odd',
] as const;
const PORTS = ['', '', ':2222'] as const;
const VARIABLES = ['v0', 'v1', 'v2', 'ansible_host', 'ansible_user'] as const;

/** As they stand behind the = of an INI file; in lines of hosts in double quotes or single ones where they have blanks. */
const INI_VALUES = [
  '5',
  '-5',
  '- 5',
  '--5',
  '+5',
  '0644',
  '00',
  '0x1F',
  '0o17',
  '0b11',
  '1_000',
  '1__0',
  '1.5',
  '.5',
  '1.',
  '1e3',
  'True',
  'true',
  'None',
  'none',
  'yes',
  'abc',
  'a b',
  '"abc"',
  "'a b'",
  '"a" "b"',
  '"a" b',
  '[1, 2]',
  '[1,2,]',
  '[,]',
  '(1,)',
  '(1)',
  '()',
  '{}',
  "{'a': [1, {'b': None}]}",
  '{"a": 1, 2: 3}',
  "{'a', }",
  '[1',
  '1 2',
  '',
  '{{ v0 }}',
  'a=b',
  'a#b',
  '5 # five',
  'abc # not a comment',
  '#x',
  "u'x'",
  "b'x'",
  "r'\\n'",
  "'\\x41\\n'",
  "'\\101'",
  '-0',
  '1.2.3.4',
  'a\\b',
  '/x/y',
  'ä',
  '[True, False]',
  '(1, (2, 3))',
  '-True',
  '[-1, +2]',
  '"it\'s"',
  "''",
  "'''x'''",
  '1e999x',
] as const;
const YAML_VALUES = [
  '5',
  '-5',
  '010',
  '0x1F',
  '0b11',
  '1_000',
  '1.5',
  '.5',
  '1.',
  '1e3',
  '1.0e+3',
  '1:30',
  '1:30:00',
  '190:20:30.15',
  'yes',
  'No',
  'ON',
  'off',
  'y',
  'n',
  'true',
  'TRUE',
  'tRue',
  '~',
  'null',
  'Null',
  '',
  'abc',
  '"5"',
  "'yes'",
  '"a\\nb"',
  '[1, yes, ~]',
  '{a: 1, b: [x]}',
  '!!str 5',
  '!unsafe "{{ x }}"',
  '0o17',
  '08',
  '1,000',
  '+.5',
  '1e-3',
  '0',
  '-0',
  '+1',
] as const;

interface GroupModel {
  readonly name: string;
  readonly hosts: readonly (readonly [word: string, variables: readonly (readonly [string, number])[]])[];
  readonly children: readonly string[];
  readonly variables: readonly (readonly [string, number])[];
  readonly priority: number;
}

const NUMBER_LIMIT = 1000;
const settings = fc.array(fc.tuple(fc.constantFrom(...VARIABLES), fc.nat({ max: NUMBER_LIMIT })), { maxLength: 2 });
const hostWord = fc
  .tuple(fc.constantFrom(...HOST_WORDS), fc.constantFrom(...PORTS))
  .map(([word, port]) => (word.includes('::') && port !== '' ? `[${word}]${port}` : word + port));

/** Groups hold only groups that come later in the list: no circles. */
const groups: fc.Arbitrary<readonly GroupModel[]> = fc
  .shuffledSubarray([...GROUPS], { minLength: 1, maxLength: 6 })
  .chain((names) =>
    fc.tuple(
      ...names.map((name, index) =>
        fc.record({
          name: fc.constant(name),
          hosts: fc.array(fc.tuple(hostWord, settings), { maxLength: 3 }),
          children: fc.subarray(names.slice(index + 1)),
          variables: settings,
          priority: fc.constantFrom(1, 1, 1, 5, -2),
        }),
      ),
    ),
  );

function pick(values: readonly string[], number: number): string {
  return values[number % values.length] ?? '';
}

function iniQuote(text: string): string {
  if (!/[\s'"\\#]/.test(text)) return text;
  return text.includes("'") ? `"${text.replace(/["\\]/g, '\\$&')}"` : `'${text}'`;
}

function hostLine([word, variables]: GroupModel['hosts'][number]): string {
  const words = variables.map(([name, number]) => `${name}=${iniQuote(pick(INI_VALUES, number))}`);
  return [word, ...words].join(' ');
}

const ini = fc
  .tuple(groups, fc.array(fc.tuple(hostWord, settings), { maxLength: 2 }), settings, fc.nat())
  .map(([models, loose, ofAll, seed]) => {
    const sections = models.flatMap(({ name, hosts, children, variables, priority }) => [
      [`[${name}]`, ...hosts.map(hostLine)],
      ...(children.length > 0 ? [[`[${name}:children]  # inside`, ...children]] : []),
      [
        `[${name}:vars]`,
        ...variables.map(([key, number]) => `${key} = ${pick(INI_VALUES, number)}`),
        ...(priority === 1 ? [] : [`ansible_group_priority=${String(priority)}`]),
      ],
    ]);
    const all = ['[all:vars]', ...ofAll.map(([key, number]) => `${key}=${pick(INI_VALUES, number)}`)];
    const turned = sections.map((section, index) => ({ section, key: (seed * (index + 1)) % sections.length }));
    const ordered = turned.toSorted((a, b) => a.key - b.key).flatMap(({ section }) => ['', '; a comment', ...section]);
    return `${[...loose.map(hostLine), ...all, ...ordered].join('\n')}\n`;
  });

function yamlVariables(variables: readonly (readonly [string, number])[], indent: string): string[] {
  const lines = variables.map(([name, number]): [string, string] => [
    name,
    `${indent}${name}: ${pick(YAML_VALUES, number)}`,
  ]);
  return [...new Map(lines).values()];
}

function yamlGroup({ name, hosts, children, variables, priority }: GroupModel): string[] {
  const words = new Map(hosts.map((host) => [host[0], host]));
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [`  ${title}:`, ...lines];
  const own = priority === 1 ? [] : [`    ansible_group_priority: ${String(priority)}`];
  return [
    `${name}:`,
    ...section(
      'hosts',
      [...words.values()].flatMap(([word, settingsOf]) => [
        `    ${JSON.stringify(word)}:`,
        ...yamlVariables(settingsOf, '      '),
      ]),
    ),
    ...section(
      'children',
      children.map((child) => `    ${child}:`),
    ),
    ...section('vars', [...yamlVariables(variables, '    '), ...own]),
  ];
}

const yaml = groups.map((models) => `---\n${models.flatMap(yamlGroup).join('\n')}\n`);

const variableFile = fc
  .record({
    folder: fc.constantFrom('group_vars', 'host_vars'),
    name: fc.constantFrom('all', ...GROUPS, 'mail', 'web01', 'dba'),
    ending: fc.constantFrom('', '.yml', '.yaml', '/a.yml', '/b', '/.hidden', '/c.txt'),
    variables: settings,
  })
  .map(({ folder, name, ending, variables }): [string, string] => [
    `${folder}/${name}${ending}`,
    `${['---', ...yamlVariables(variables, '')].join('\n')}\n`,
  ]);

const simplePattern = fc.oneof(
  fc.constantFrom(
    'all',
    '*',
    'ungrouped',
    'web*',
    '*b*',
    'web0?',
    'db[ab]',
    '[!w]*',
    'n*-x',
    '*.example.org',
    '10.0.0.*',
  ),
  fc.constantFrom(
    '~web.*',
    '~(db|mail)',
    '~[a-d]b',
    '~^n\\d-x$',
    '~web0{1,2}1',
    '~.*\\.org',
    'mail',
    'dba',
    'web01',
    'user@odd',
    '2001:db8::1',
  ),
  fc.constantFrom(...GROUPS),
);
const pattern = fc
  .tuple(simplePattern, fc.array(fc.tuple(fc.constantFrom('', '&', '!'), simplePattern), { maxLength: 2 }))
  .map(([first, more]) => [first, ...more.map(([sign, one]) => sign + one)].join(','));
const colonPattern = fc
  .array(fc.tuple(fc.constantFrom('', '&', '!'), fc.constantFrom(...GROUPS)), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.map(([sign, name]) => sign + name).join(':'));
const subscripted = fc
  .tuple(fc.constantFrom('all', ...GROUPS), fc.constantFrom('[0]', '[1]', '[-1]', '[0:1]', '[1:]', '[0:0]'))
  .map((parts) => parts.join(''));

/** Trees whose files Ansible looks for in each other's way are left out: a folder and a file of one name can't both be. */
function uniquePaths(files: readonly (readonly [string, string])[]): Readonly<Record<string, string>> {
  const kept = new Map<string, string>();
  for (const [path, text] of files) {
    const isInTheWay = [...kept.keys()].some((other) => other.startsWith(`${path}/`) || path.startsWith(`${other}/`));
    if (!isInTheWay) kept.set(path, text);
  }
  return Object.fromEntries(kept);
}

const single = fc.oneof(
  ini.map((text): [string, string] => ['hosts.ini', text]),
  yaml.map((text): [string, string] => ['hosts.yaml', text]),
  ini.map((text): [string, string] => ['hosts', text]),
);
const folder = fc.tuple(ini, yaml).map(([first, second]): [string, string][] => [
  ['01-hosts', first],
  ['02-more.yml', second],
  ['ignored.ini', '[ignored]\nnobody\n'],
]);

export const inventoryTree: fc.Arbitrary<InventoryTree> = fc
  .record({
    inventory: fc.oneof({ weight: 4, arbitrary: single.map((one) => [one]) }, { weight: 1, arbitrary: folder }),
    variables: fc.array(variableFile, { maxLength: 3 }),
    patterns: fc.array(fc.oneof(pattern, colonPattern, subscripted), { minLength: 2, maxLength: 4 }),
  })
  .map(({ inventory, variables, patterns }) => ({
    files: uniquePaths([...inventory, ...variables]),
    sources: [inventory.length === 1 ? (inventory[0]?.[0] ?? '') : ''],
    patterns,
  }));
