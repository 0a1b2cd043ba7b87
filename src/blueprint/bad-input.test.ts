import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { suite, test } from 'node:test';
import { load } from './fixtures/workspace.ts';

/** `[title, text of main.yaml, expected 'code line:column message | hint' …]`; `…` stands for any text. */
type Case = readonly [title: string, text: string, ...expected: string[]];

const V = 'version: 1\n';

async function problemsOf(text: string): Promise<readonly string[]> {
  const result = await load({ 'main.yaml': text });
  assert(result.kind === 'invalid', 'it was loaded');
  return result.diagnostics.map(({ code, where, message, hint, level }) => {
    assert.equal(basename(where?.path ?? ''), 'main.yaml');
    assert.equal(level, 'error');
    if (where?.line !== undefined && where.excerpt !== undefined) {
      assert((text.split('\n')[where.line - 1] ?? '').startsWith(where.excerpt), 'the excerpt is another line');
    }
    const place = `${where?.line ?? '-'}:${where?.column ?? '-'}`;
    return `${code.replace('blueprint/', '')} ${place} ${message}${hint === undefined ? '' : ` | ${hint}`}`;
  });
}

function assertMatches(actual: readonly string[], expected: readonly string[]): void {
  const text = actual.join('\n');
  assert.equal(actual.length, expected.length, text);
  for (const [index, line] of expected.entries()) {
    const [start = '', ...rest] = line.split('…');
    let at = actual[index]?.startsWith(start) === true ? start.length : -1;
    for (const part of rest) at = at === -1 ? -1 : (actual[index] ?? '').indexOf(part, at);
    assert(
      at !== -1 && (rest.length > 0 || actual[index]?.length === start.length),
      `${line}\nis not what came:\n${text}`,
    );
  }
}

function table(title: string, cases: readonly Case[]): void {
  suite(title, () => {
    for (const [name, text, ...expected] of cases) {
      test(name, async () => {
        assertMatches(await problemsOf(text), expected);
      });
    }
  });
}

table('not a blueprint', [
  ['nothing', '', 'empty 1:1 The file says nothing. | The smallest blueprint is the line `version: 1`.'],
  ['comments only', '# hello\n', 'empty 1:1 The file says nothing.…'],
  ['a list', '- version: 1\n', 'not-a-map 1:1 A blueprint is made of keys and values; this is a list.…'],
  ['a word', 'hello\n', 'not-a-map 1:1 …this is a single value.…'],
  ['no version', 'name: x\n', 'missing-version 1:1 …| Put the line `version: 1` at its top.'],
  ['a version without value', 'version:\nname: x\n', 'missing-version 1:1 …'],
  ['version in quotes', 'version: "1"\n', 'unsupported-version 1:10 version must be the number 1; it is a text.…'],
  [
    'a later version, whose other keys nobody can know',
    'version: 2\nnew: 1\n',
    'unsupported-version 1:10 This Freehold reads version 1 of the blueprint format; here it is the number 2.…',
  ],
  ['two documents', `${V}---\n${V}`, 'syntax 2:1 A second document starts here…'],
  ['YAML 1.1', `%YAML 1.1\n---\n${V}`, 'syntax 1:1 A blueprint is YAML 1.2…'],
]);

table('not YAML', [
  ['a tab', `${V}kernel:\n\tsysctl: {}\n`, 'syntax 3:1 A tab indents this line; YAML is indented with spaces.…'],
  ['an open quote', `${V}name: "x\n`, 'syntax …A quote is opened and never closed.'],
  ['an open bracket', `${V}extends: [a\n`, 'syntax …A bracket is opened and never closed.'],
  ['two colons', `${V}name: a: b\n`, 'syntax 2:7 A second ": " stands in this value.…'],
  [
    'no blank after the colon',
    `${V}name:x\n`,
    'syntax 2:1 A key without a colon. | Write `key: value`, with a blank after the colon.',
  ],
  [
    'a reserved character',
    `${V}name: @x\n`,
    "syntax 2:7 A value can't start with this character. | Put the value in quotes.",
  ],
  ['text after a quote', `${V}name: 'x' y\n`, 'syntax 2:11 YAML ends the value before this…'],
  ['an unknown escape', `${V}name: "a\\q"\n`, 'syntax 2:9 There is no such escape between double quotes.…'],
  ['a tag', `${V}name: !secret x\n`, 'syntax 2:7 Tags (!…) are not used in blueprints.…'],
  ['a binary', `${V}name: !!binary aGk=\n`, 'syntax 2:7 Tags (!…) are not used…'],
  ['bad indentation', `${V}sample:\n  flag: true\n count: 1\n`, 'syntax 4:…'],
  [
    'several mistakes, one for each line',
    `${V}name: @x\nsample:\n  text: 'x' y z: {\n  code: "a\\q"\n`,
    'syntax 2:7 …',
    'syntax 4:…',
    'syntax 5:…',
  ],
]);

table('keys', [
  ['a key twice', `${V}sample: {flag: true}\nsample: {}\n`, 'duplicate-key 3:1 "sample" is already there, in line 2.'],
  [
    'a key twice, spelled otherwise',
    `${V}"name": x\nname: y\n`,
    'duplicate-key 3:1 "name" is already there, in line 2.',
  ],
  [
    'a misspelled section',
    `${V}kernal: {}\n`,
    'unknown-key 2:1 There is no "kernal" in a blueprint. | Did you mean kernel?',
  ],
  [
    'a misspelled key',
    `${V}sample:\n  colur: red\n`,
    'unknown-key 3:3 There is no "colur" in sample. | Did you mean colour?',
  ],
  [
    'letters swapped',
    `${V}sample: {colour: red, falg: true}\n`,
    'unknown-key 2:23 There is no "falg" in sample. | Did you mean flag?',
  ],
  [
    'a strange key',
    `${V}sample: {xyzzy: 1}\n`,
    'unknown-key 2:10 There is no "xyzzy" in sample. | Known here: checked, code, colour, …',
  ],
  ['a merge key', `${V}sample:\n  <<: {flag: true}\n`, 'merge-key 3:3 The merge key << is YAML 1.1…'],
  ['a list as key', `${V}? [a]\n: b\n`, 'invalid-key 2:3 A key must be a text.'],
  ['an alias as key', `${V}name: &a x\n*a : y\n`, 'invalid-key 3:1 A key must be a text. | A key that starts with *…'],
  ['no key', `${V}: x\n`, 'invalid-key 2:1 There is no key before this colon.'],
  ['__proto__', `${V}sample: {users: {__proto__: {id: 1}}}\n`, "invalid-key 2:18 __proto__ can't be a key."],
  [
    'a key with a newline',
    `${V}kernel:\n  sysctl:\n    "a\\nb": 1\n`,
    'invalid-key 4:5 "a\\nb" in kernel.sysctl must be a sysctl key such as …',
  ],
  [
    'a key with dots only',
    `${V}kernel: {sysctl: {a..b: 1}}\n`,
    'invalid-key 2:19 "a..b" in kernel.sysctl must not have empty…',
  ],
  [
    'constructor is an unknown key like any other',
    `${V}constructor: 1\n`,
    'unknown-key 2:1 There is no "constructor"…',
  ],
]);

table('values', [
  [
    'a text for a switch',
    `${V}sample: {flag: yes}\n`,
    'wrong-type 2:16 sample.flag must be true or false; it is the text "yes". | yes is a text in YAML 1.2; write true.',
  ],
  ['off', `${V}sample: {flag: Off}\n`, 'wrong-type 2:16 …| Off is a text in YAML 1.2; write false.'],
  ['true in quotes', `${V}sample: {flag: "true"}\n`, 'wrong-type 2:16 …| Leave the quotes out.'],
  [
    'a numeral in quotes',
    `${V}sample: {count: "3"}\n`,
    'wrong-type 2:17 sample.count must be a number; it is the text "3". | Leave the quotes out.',
  ],
  ['too much', `${V}sample: {count: 11}\n`, 'invalid-value 2:17 sample.count must be at most 10; it is the number 11.'],
  ['too little', `${V}sample: {count: 0}\n`, 'invalid-value 2:17 sample.count must be at least 1; it is the number 0.'],
  [
    'a fraction',
    `${V}sample: {count: 1.50}\n`,
    'wrong-type 2:17 sample.count must be a whole number; it is the number 1.50.',
  ],
  ['not more than', `${V}sample: {ratio: 0}\n`, 'invalid-value 2:17 sample.ratio must be more than 0; …'],
  ['not a multiple', `${V}sample: {ratio: 0.7}\n`, 'invalid-value 2:17 sample.ratio must be a multiple of 0.5; …'],
  [
    'a number for a text',
    `${V}sample: {text: 12.10}\n`,
    'wrong-type 2:16 sample.text must be text; it is the number 12.10. | As text it needs quotes: "12.10"',
  ],
  [
    'a short text',
    `${V}sample: {text: a}\n`,
    'invalid-value 2:16 sample.text must have at least 2 characters; it is the text "a".',
  ],
  ['a pattern', `${V}sample: {code: A1}\n`, 'invalid-value 2:16 sample.code must match …'],
  [
    'a format',
    `${V}sample: {mail: me}\n`,
    'invalid-value 2:16 sample.mail must be a valid email; it is the text "me".',
  ],
  [
    'a rule without words',
    `${V}sample: {checked: "no!"}\n`,
    'invalid-value 2:19 sample.checked is not valid here; it is the text "no!".',
  ],
  [
    'a choice',
    `${V}sample: {colour: gren}\n`,
    'invalid-value 2:18 sample.colour must be red, green or blue; it is the text "gren". | Did you mean green?',
  ],
  ['an empty list', `${V}sample: {list: []}\n`, 'invalid-value 2:16 sample.list must not be empty; it is a list.'],
  [
    'an item',
    `${V}sample: {list: [a, 2]}\n`,
    'wrong-type 2:20 sample.list[#2] must be text; it is the number 2. | As text it needs quotes: "2"',
  ],
  [
    'a map for a list',
    `${V}sample: {list: {a: b}}\n`,
    'wrong-type 2:16 sample.list must be a list; it is keys with values.',
  ],
  ['a word for a section', `${V}sample: on\n`, 'wrong-type 2:9 sample must be keys with values; it is the text "on".'],
  [
    'a missing key',
    `${V}sample:\n  users:\n    ann: {shell: sh}\n`,
    'missing-key 4:5 sample.users.ann.id is missing; it must be a number.',
  ],
  [
    'no value',
    `${V}sample:\n  flag:\n`,
    'no-value 3:3 sample.flag has no value. | Write a value after the colon, or null…',
  ],
  ['infinity', `${V}sample: {ratio: .inf}\n`, 'invalid-value 2:17 .inf is no number that a setting can have.…'],
  [
    'octal or not',
    `${V}kernel: {sysctl: {a.b: 0644}}\n`,
    'ambiguous-number 2:24 "0644" could be octal or decimal. | Write 0o644 for octal, 644 for decimal, or "0644" for text.',
  ],
  [
    'a number too large',
    `${V}kernel: {sysctl: {a.b: 18446744073692774399}}\n`,
    'invalid-value 2:24 …it is the number 18446744073692774399. | …quotes keep them: "18446744073692774399"',
  ],
  [
    'a value with a newline',
    `${V}kernel: {sysctl: {a.b: "1\\nc.d = 2"}}\n`,
    'invalid-value 2:24 …must be one line without control characters; it is the text "1\\nc.d = 2".',
  ],
  [
    'shell characters where they could be run',
    `${V}kernel: {boot: {required: {a: "$(reboot)"}}}\n`,
    'invalid-value 2:31 kernel.boot.required.a must not have spaces, quotes or shell characters; …',
  ],
]);

table('alternatives', [
  [
    'none fits',
    `${V}sample: {either: [1]}\n`,
    'wrong-type 2:18 sample.either must be auto, true or false or keys with values; it is a list.',
  ],
  ['a word near one', `${V}sample: {either: autp}\n`, 'wrong-type 2:18 …| Did you mean auto?'],
  [
    'the map is meant',
    `${V}sample: {either: {from: 1, too: 2}}\n`,
    'missing-key 2:10 sample.either.to is missing; it must be a number.',
    'unknown-key 2:28 There is no "too" in sample.either. | Did you mean to?',
  ],
  [
    'an unknown kind',
    `${V}sample: {shape: {kind: sqare, side: 1}}\n`,
    'invalid-value 2:24 sample.shape.kind must be circle or square; it is the text "sqare". | Did you mean square?',
  ],
  [
    'a known kind',
    `${V}sample: {shape: {kind: square, side: x}}\n`,
    'wrong-type 2:38 sample.shape.side must be a number; it is the text "x".',
  ],
  [
    'inside a wish',
    `${V}kernel: {sysctl: {a.b: {value: 1, severity: hgih}}}\n`,
    'invalid-value 2:45 kernel.sysctl["a.b"].severity must be info, low, medium, high or critical; it is the text "hgih". | Did you mean high?',
  ],
  [
    'a wish of the wrong type',
    `${V}kernel: {sysctl: {a.b: [1]}}\n`,
    'wrong-type 2:24 kernel.sysctl["a.b"] must be a number, text or keys with values; it is a list.',
  ],
]);

table('the frame', [
  ['an empty name', `${V}name: ""\n`, 'invalid-value 2:7 name must not be empty; it is an empty text.'],
  ['name without value', `${V}name:\n`, 'no-value 2:1 name has no value; it must be text.'],
  [
    'extends a number',
    `${V}extends: 5\n`,
    'wrong-type 2:10 extends must be text or a list; it is the number 5. | As text it needs quotes: "5"',
  ],
  [
    'an unknown preset',
    `${V}extends: [baseline, srver]\n`,
    'unknown-preset 2:21 There is no preset "srver". | Did you mean server? Presets are baseline, workstation, strict, server; a file is named with its path: ./srver',
  ],
  ['a missing file', `${V}extends: "./it's a file.yaml"\n`, `not-found 2:10 There is no file …it's a file.yaml".`],
  [
    'an address',
    `${V}extends: https://example.org/x.yaml\n`,
    'not-found 2:10 "https://example.org/x.yaml" is an address on the network…',
  ],
  [
    'an unknown variable',
    `${V}variables: {who: x}\nsample: {text: "\${whom}"}\n`,
    'undefined-variable 3:16 There is no variable whom. | Did you mean who?',
  ],
  [
    'a half variable',
    `${V}sample: {text: "\${x y}"}\n`,
    'invalid-variable 2:16 "${x y}" is no variable…| Write $${ for a plain ${.',
  ],
  [
    'a variable in a variable',
    `${V}variables: {a: x, b: "\${a}"}\nsample: {list: ["\${a} \${b}"]}\n`,
    'invalid-variable 2:22 The variable b uses another variable; that is not followed.…',
  ],
  [
    'a list as variable',
    `${V}variables: {a: [1]}\n`,
    'wrong-type 2:16 variables.a must be text, a number or true or false; it is a list.',
  ],
  ['a variable without value', `${V}variables:\n  a:\n`, 'no-value 3:3 variables.a has no value.…'],
  [
    'a variable’s name',
    `${V}variables: {1a: x}\n`,
    'invalid-key 2:13 "1a" in variables must be a name of letters, digits, _ and -.',
  ],
]);

table('waivers', [
  [
    'everything is required',
    `${V}waivers:\n  - finding: a/b\n`,
    'missing-key 3:5 waivers[#1].reason is missing; it must be text.',
    'missing-key 3:5 waivers[#1].owner is missing; it must be text.',
    'missing-key 3:5 waivers[#1].expires is missing; it must be a day of the calendar, written like 2027-03-31.',
  ],
  [
    'each has its rules',
    `${V}waivers:\n  - {finding: a b, reason: " ", owner: "x\\ny", expires: 2027-02-29, until: x}\n`,
    'invalid-value 3:15 waivers[#1].finding must be a finding id or a pattern of ids, without blanks; …',
    'invalid-value 3:28 waivers[#1].reason must not be empty; …',
    'invalid-value 3:40 waivers[#1].owner must be one line without control characters; …',
    'invalid-value 3:57 waivers[#1].expires must be a day of the calendar, written like 2027-03-31; it is the text "2027-02-29".',
    'unknown-key 3:69 There is no "until" in waivers[#1]. | Known here: expires, finding, owner, reason.',
  ],
  ['a map', `${V}waivers: {a: b}\n`, 'wrong-type 2:10 waivers must be a list; it is keys with values.'],
  [
    'a pattern without quotes',
    `${V}waivers: [{finding: **/x, reason: r, owner: o, expires: 2027-01-01}]\n`,
    'invalid-alias 2:21 There is no anchor &*/x above this alias. | A value that starts with * must be in quotes.',
  ],
]);

table('aliases', [
  [
    'unknown',
    `${V}sample: {users: &usr {}, list: *user}\n`,
    'invalid-alias 2:32 There is no anchor &user above this alias. | Did you mean *usr?',
  ],
  [
    'inside itself',
    `${V}sample: &s {users: {a: *s}}\n`,
    'invalid-alias 2:24 The alias *s stands inside the very value it means.',
  ],
]);
