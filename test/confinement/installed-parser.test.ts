import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, suite } from 'node:test';
import { parsePolicy } from '../../src/apparmor/language/parse-policy.ts';
import { localPolicyTree } from '../../src/confinement/policy-tree.ts';
import { installedParser, judge } from './installed-parser.ts';

const FOLDER = '/etc/apparmor.d';
/** All that the parser knows is compiled then; features that it doesn't know are passed over. */
const FEATURES = join(FOLDER, 'abi', '3.0');
const MUTANTS = 300;
const SEED = 20_260_601;
/** `x * a + c` modulo 2^32 (Numerical Recipes): the same mutants on every machine. */
const MULTIPLIER = 1_664_525;
const INCREMENT = 1_013_904_223;
const TWO_TO_32 = 2 ** 32;

const CORPUS: readonly string[] = [
  '@{A}=/a /b\n@{A}+=/c\nprofile p @{A}/x flags=(complain) {\n  @{A}/** rw,\n  owner /home/*/{x,y}[0-9] rwk,\n  deny /etc/shadow r,\n}\n',
  'profile p /bin/p {\n  /bin/* px,\n  /bin/sh ix,\n  /usr/{bin,sbin}/** Pix -> q,\n  /x cx -> child,\n  profile child {\n    /x r,\n  }\n}\n',
  '$X=true\n/bin/q {\n  if $X {\n    capability chown dac_override,\n  } else if not defined @{Y} {\n    network inet stream,\n  } else {\n    /b r,\n  }\n}\n',
  'profile p {\n  mount options=(ro, bind) fstype=ext4 /a -> /b,\n  umount /b,\n  remount options in (rw) /c,\n  pivot_root oldroot=/o /n,\n}\n',
  'profile p {\n  signal (send receive) set=(term, kill) peer=/bin/x,\n  ptrace read peer=@{profile_name},\n  set rlimit nofile <= 1024,\n  set rlimit cpu <= 5 min,\n}\n',
  'profile p {\n  dbus send bus=system path=/org/x interface=org.x member=y peer=(name=org.x label=z),\n  dbus bind bus=session name=a.b,\n}\n',
  'profile p {\n  unix (connect, send) type=stream peer=(addr=@x label=y),\n  network netlink raw,\n  audit deny network packet,\n}\n',
  'profile p {\n  include <abstractions/base>\n  #include if exists <none>\n  link subset /a/* -> /b/**,\n  l /x -> /y,\n  file,\n  ^hat {\n    /h w,\n  }\n}\n',
  ':ns:p {\n  change_profile safe /x -> :ns:y,\n  change_profile,\n  owner {\n    /a r,\n    audit /b w,\n  }\n}\n/bin/z {\n}\n',
  'alias /usr/ -> /mnt/usr/,\n"/opt/a b" {\n  "/opt/a b/**" mr,\n  /opt/\\"x\\" r,\n  /a\\ b w,\n  file rw /c,\n  unsafe /d px,\n}\n',
];
const INSERTS: readonly string[] = [
  '{',
  '}',
  ',',
  '(',
  ')',
  '[',
  ']',
  '"',
  '\\',
  '*',
  '**',
  '/',
  '@{A}',
  '@{NO}',
  '$X',
  '->',
  '=',
  '+=',
  'px',
  'ix',
  'ux',
  'rw',
  'deny',
  'owner',
  'audit',
  'file',
  'capability',
  'chown',
  'network',
  'inet',
  '#',
  '\n',
  ' ',
  '^',
  'profile',
  'if',
  'not',
  'include',
];

/** Numbers that look random, the same each time. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, MULTIPLIER) + INCREMENT) >>> 0;
    return Math.floor((state / TWO_TO_32) * below);
  };
}

/** A line, word or character is taken out, doubled, swapped or replaced. */
function mutate(text: string, random: (below: number) => number): string {
  const unit = random(4);
  const parts = unit === 0 ? text.split(/(?<=\n)/) : unit === 1 ? [...text] : (text.match(/\s+|\S+/g) ?? []);
  const [one, other] = [random(parts.length), random(parts.length)];
  const insert = INSERTS[random(INSERTS.length)] ?? '';
  const part = parts[one] ?? '';
  switch (random(5)) {
    case 0:
      return parts.toSpliced(one, 1).join('');
    case 1:
      return parts.toSpliced(one, 0, part).join('');
    case 2:
      return parts
        .with(one, parts[other] ?? '')
        .with(other, part)
        .join('');
    case 3:
      return parts.toSpliced(one, 0, insert).join('');
    default:
      return parts.with(one, insert).join('');
  }
}

const parser = installedParser();
const known = typeof parser === 'string' ? undefined : parser;

suite(
  'the policy language, judged by apparmor_parser(8)',
  { skip: typeof parser === 'string' ? parser : false },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'freehold-policy-'));
    after(() => rmSync(folder, { recursive: true }));

    function ours(path: string): string | undefined {
      assert(known !== undefined);
      const { diagnostics } = parsePolicy(path, localPolicyTree(), { dialect: known.dialect });
      return diagnostics.find(({ level }) => level === 'error')?.message;
    }

    test('every profile of this machine is taken', () => {
      const names = readdirSync(FOLDER).filter((name) => statSync(join(FOLDER, name)).isFile());
      assert.deepEqual(
        names.flatMap((name) => ours(join(FOLDER, name)) ?? []),
        [],
      );
    });

    test(`${String(MUTANTS)} mutated policies have the same verdict`, (context) => {
      const random = randomNumbers(SEED);
      const differences: string[] = [];
      let refused = 0;
      for (let count = 0; count < MUTANTS; count += 1) {
        const text = CORPUS[random(CORPUS.length)] ?? '';
        const mutant = random(3) === 0 ? mutate(mutate(text, random), random) : mutate(text, random);
        const path = join(folder, `mutant-${String(count)}`);
        writeFileSync(path, mutant, 'latin1');
        const theirs = judge(path, FEATURES);
        const error = ours(path);
        if (!theirs.isTaken) refused += 1;
        if (theirs.isTaken !== (error === undefined))
          differences.push(`theirs: ${theirs.message}\nours: ${error ?? 'taken'}\n${readFileSync(path, 'latin1')}`);
      }
      context.diagnostic(
        `apparmor_parser ${known?.version ?? ''}: ${String(MUTANTS - differences.length)} of ${String(MUTANTS)} the same, ${String(refused)} refused`,
      );
      assert(refused > MUTANTS / 10 && refused < MUTANTS, 'mutants of one kind only');
      assert.deepEqual(differences, []);
    });
  },
);
