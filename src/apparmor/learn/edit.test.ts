import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import type { Profile } from '../language/syntax.ts';
import { editProfile, newProfileText } from './edit.ts';
import type { Learned } from './result.ts';
import {
  access,
  everyRun,
  exec,
  fileRule,
  LABEL,
  learnRuns,
  placeAt,
  profileOf,
} from '../../../test/confinement/learning.ts';

const TEXT = `# My office.
include <tunables/global>

profile office /usr/lib/office/program/office.bin {
  # Its own settings.
  /etc/office/a r, # why a

  /usr/share/office/** r,

  # Anything else goes here.
}
`;

const RULES = [
  fileRule({ path: '/etc/office/a', permissions: ['r'], line: 6 }),
  fileRule({ path: '/usr/share/office/**', permissions: ['r'], line: 8 }),
];

function profileAt(line: number, endLine: number, more: Partial<Profile> = {}): Profile {
  return profileOf(RULES, { place: placeAt(line, endLine), ...more });
}

function edited(text: string, profile: Profile, learned: Learned): string {
  const result = editProfile(text, profile, learned);
  assert.ok(result.kind === 'edited', JSON.stringify(result));
  return result.text;
}

test('new rules stand beside those that are like them; all else stays byte for byte', () => {
  const learned = learnRuns(
    everyRun([
      access('/etc/office/b'),
      access('/usr/share/fonts/x'),
      access('', { class: 'cap', operation: 'capable', fields: { capname: 'kill' } }),
    ]),
    { profile: profileAt(4, 11) },
  );
  const seen = '# seen in 3 of 3 runs, 3 times';
  assert.equal(
    edited(TEXT, profileAt(4, 11), learned),
    TEXT.replace('# why a\n', `# why a\n  /etc/office/b r, ${seen}\n`).replace(
      '/usr/share/office/** r,\n',
      `/usr/share/office/** r,\n  capability kill, ${seen}\n  /usr/share/fonts/x r, ${seen}\n`,
    ),
  );
});

test('nothing learned changes nothing', () => {
  const profile = profileAt(4, 11);
  assert.equal(edited(TEXT, profile, learnRuns(everyRun([access('/etc/office/a')]), { profile })), TEXT);
});

test('a brace that shares its line is no place to write at', () => {
  const text = 'profile office { /etc/a r, }\n';
  const profile = profileOf([fileRule({ path: '/etc/a', permissions: ['r'] })], { place: placeAt(1, 1) });
  const result = editProfile(text, profile, learnRuns(everyRun([access('/etc/b')]), { profile }));
  assert.equal(result.kind, 'not-editable');
});

const learnedNew = learnRuns(
  everyRun([
    access('/etc/a b', { isOwner: true, requested: 'rw' }),
    exec('/usr/bin/other'),
    access('/etc/other', { profile: `${LABEL}//null-/usr/bin/other` }),
  ]),
);

test('a new profile begins in complain mode, its children too', () => {
  const seen = '# seen in 3 of 3 runs, 3 times';
  assert.equal(
    newProfileText(learnedNew, { name: LABEL, attachment: '/usr/lib/office/program/office.bin', abi: '<abi/3.0>' }),
    `abi <abi/3.0>,

include <tunables/global>

profile office /usr/lib/office/program/office.bin flags=(complain) {
  owner "/etc/a b" rw, ${seen}
  /usr/bin/other Cx -> other, ${seen}; it needs what the program does not

  # for /usr/bin/other
  profile other flags=(complain) {
    /etc/other r, ${seen}
  }
}
`,
  );
});

const hasParser = spawnSync('apparmor_parser', ['--version']).status === 0;

test(
  'apparmor_parser takes the new profile',
  { skip: hasParser ? false : 'apparmor_parser is not installed (Debian: apparmor)' },
  () => {
    const text = newProfileText(learnedNew, { name: LABEL, attachment: '/x', abi: undefined });
    const { status, stderr } = spawnSync('apparmor_parser', ['-Q', '-K', '-S'], { input: text });
    assert.equal(status, 0, stderr.toString());
  },
);
