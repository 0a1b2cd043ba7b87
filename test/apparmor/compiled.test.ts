/** What compiled policies say, against an independent reading of their rules; and policies that are none. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { answerClass } from '../../src/apparmor/compiled/class-answers.ts';
import { grantedBeyond } from '../../src/apparmor/compiled/compare/policies.ts';
import { samePolicies } from '../../src/apparmor/compiled/compare/same.ts';
import { decodePolicy } from '../../src/apparmor/compiled/decode.ts';
import { answerFile, answerLink } from '../../src/apparmor/compiled/files.ts';
import type { CompiledPolicy, CompiledProfile } from '../../src/apparmor/compiled/profile.ts';
import { replay } from '../../src/apparmor/compiled/replay.ts';
import type { FileQuestion } from '../../src/apparmor/access.ts';
import type { AccessEvent } from '../../src/apparmor/log/event.ts';
import { askedInWords } from '../../src/confinement/asked.ts';
import { Compiler, whyNoParser } from './parser.ts';

const skip = whyNoParser();

function only({ profiles }: CompiledPolicy): CompiledProfile {
  const [profile] = profiles;
  if (profile === undefined) throw new Error('there is no profile');
  return profile;
}

/** Words of a profile: globs that a test can expand by itself, in apparmor.d(5)'s meaning. */
const PIECES = ['a', 'b', '*', '?', '[ab]', '[^a]', '{a,bb}', '**'] as const;
const path = fc
  .array(fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 })
  .map((parts) => `/${parts.map((part) => part.join('')).join('/')}`)
  // Three stars in a row are no pattern of their own.
  .filter((pattern) => !pattern.includes('***'));
const rule = fc.record({
  path,
  permissions: fc.constantFrom('r', 'w', 'rw', 'rk', 'm', 'a'),
  owner: fc.boolean(),
  deny: fc.boolean(),
});
const question = fc
  .array(fc.constantFrom('a', 'b', 'c', '/', 'bb'), { minLength: 1, maxLength: 6 })
  .map((parts) => `/${parts.join('')}`.replaceAll(/\/{2,}/g, '/'));

interface WrittenRule {
  readonly path: string;
  readonly permissions: string;
  readonly owner: boolean;
  readonly deny: boolean;
}

/** A glob as a regular expression: a star after a slash needs a character, and a class takes a slash as any other. */
function expression(glob: string): RegExp {
  let text = '';
  for (let i = 0; i < glob.length; i++) {
    const one = glob[i] ?? '';
    const isAtStart = glob[i - 1] === '/' && (i + 1 >= glob.length || glob[i + 1] === '/' || glob.startsWith('**', i));
    if (glob.startsWith('**', i)) {
      const isWhole = glob[i - 1] === '/' && (i + 2 >= glob.length || glob[i + 2] === '/');
      text += isWhole ? '[^/][^]*' : '[^]*';
      i++;
    } else if (one === '*') text += isAtStart ? '[^/]+' : '[^/]*';
    else if (one === '?') text += '[^/]';
    else if (one === '{') text += '(?:';
    else if (one === '}') text += ')';
    else if (one === ',') text += '|';
    else text += one;
  }
  return new RegExp(`^${text}$`);
}

function isAllowed(
  rules: readonly WrittenRule[],
  { path: asked, isOwner }: { readonly path: string; readonly isOwner: boolean },
  letter: string,
): boolean {
  const speaks = rules.filter(
    (one) =>
      (!one.owner || isOwner) &&
      expression(one.path).test(asked) &&
      (one.permissions.includes(letter) || (letter === 'a' && one.permissions.includes('w'))),
  );
  return speaks.some(({ deny }) => !deny) && !speaks.some(({ deny }) => deny);
}

function source(rules: readonly WrittenRule[]): string {
  const lines = rules.map(
    (one) => `  ${one.deny ? 'deny ' : ''}${one.owner ? 'owner ' : ''}${one.path} ${one.permissions},`,
  );
  return `profile t {\n${lines.join('\n')}\n}\n`;
}

test('random profiles answer as their rules say', { skip }, () => {
  using compiler = new Compiler();
  let allowed = 0;
  fc.assert(
    fc.property(
      fc.array(rule, { minLength: 1, maxLength: 6 }),
      fc.array(question, { minLength: 20, maxLength: 20 }),
      (rules, asked) => {
        const profile = only(compiler.policy(source(rules)));
        for (const one of asked)
          for (const isOwner of [true, false])
            for (const letter of ['r', 'w', 'a', 'k', 'm'] as const) {
              const answer = answerFile(profile, { path: one, isOwner, permissions: [letter] });
              const expected = isAllowed(rules, { path: one, isOwner }, letter);
              assert.equal(answer.isAllowed, expected, `${letter} ${one} owner ${String(isOwner)}\n${source(rules)}`);
              if (expected) allowed += 1;
            }
      },
    ),
    { numRuns: 50 },
  );
  assert.ok(allowed > 20);
});

test('what is granted beyond is really answered otherwise, and what is not found is nowhere', { skip }, () => {
  using compiler = new Compiler();
  const rules = fc.array(rule, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(rules, rules, fc.array(question, { minLength: 30, maxLength: 30 }), (ofA, ofB, asked) => {
      const [a, b] = [compiler.policy(source(ofA)), compiler.policy(source(ofB))];
      const grants = grantedBeyond(a, b).map(({ grant }) => grant);
      const ask = (policy: CompiledPolicy, asking: FileQuestion): boolean => answerFile(only(policy), asking).isAllowed;
      for (const grant of grants) {
        if (grant.kind !== 'file' || grant.permission === 'x' || grant.permission === 'l') continue;
        const isOwner = grant.of === 'owner';
        const asking = { path: grant.path, isOwner, permissions: [grant.permission] };
        assert.ok(ask(a, asking) && !ask(b, asking), JSON.stringify(grant));
        assert.doesNotMatch(grant.path, /\/\/|\/\.\.?(?:\/|$)/);
      }
      for (const one of asked)
        for (const isOwner of [true, false])
          for (const letter of ['r', 'w', 'a', 'k', 'm'] as const) {
            const asking: FileQuestion = { path: one, isOwner, permissions: [letter] };
            if (!ask(a, asking) || ask(b, asking)) continue;
            const found = grants.find(
              (grant) => grant.kind === 'file' && grant.permission === letter && (grant.of === 'owner') === isOwner,
            );
            assert.ok(found?.kind === 'file' && found.path.length <= one.length, `${letter} ${one}`);
          }
      assert.deepEqual(grantedBeyond(a, a), []);
      assert.equal(samePolicies(a, a).kind, 'same');
    }),
    { numRuns: 25 },
  );
});

test('bytes that were changed never throw and never hang', { skip }, () => {
  using compiler = new Compiler();
  const bytes = compiler.bytes(
    'profile t /usr/bin/{a,b} { /x/** rwl, /bin/* Cx -> c, link /l -> /m/*, capability chown, signal, set rlimit nofile <= 5, network inet stream, change_profile -> u, profile c { /** r, } }',
  );
  const outcomes = { policy: 0, malformed: 0 };
  const change = fc.record({ at: fc.nat({ max: bytes.length - 1 }), value: fc.nat({ max: 255 }) });
  fc.assert(
    fc.property(
      fc.array(change, { minLength: 1, maxLength: 6 }),
      fc.nat({ max: bytes.length }),
      fc.boolean(),
      (changes, length, isCut) => {
        const changed = Uint8Array.from(isCut ? bytes.subarray(0, length) : bytes);
        for (const { at, value } of changes) if (at < changed.length) changed[at] = value;
        const policy = decodePolicy(changed);
        outcomes[policy.kind] += 1;
        if (policy.kind === 'malformed') {
          assert.notEqual(policy.reason, '');
          return;
        }
        for (const profile of policy.profiles) {
          answerFile(profile, { path: '/x/y', isOwner: true, permissions: ['r'] });
          answerLink(profile, { path: '/x/y', target: '/x/z', isOwner: true });
          answerClass(profile, { kind: 'signal', signal: 'term', permissions: ['send'], peer: 'x' });
        }
        const whole = decodePolicy(bytes);
        if (whole.kind === 'policy') grantedBeyond(policy, whole);
      },
    ),
    { numRuns: 400 },
  );
  assert.ok(outcomes.policy > 0 && outcomes.malformed > 0, JSON.stringify(outcomes));
});

test('what is no policy is said to be none, and why', () => {
  const reason = (bytes: Uint8Array): string => {
    const policy = decodePolicy(bytes);
    return policy.kind === 'malformed' ? policy.reason : 'a policy';
  };
  assert.match(reason(new Uint8Array()), /empty/);
  assert.match(reason(Buffer.from('/usr/bin/man { }')), /format/);
  assert.match(reason(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0])), /compressed/);
  assert.match(reason(Buffer.from('\u0004\u0008\0version\0\u0002\u0007\0\0', 'latin1')), /cut off/);
});

const ASKED = `profile t {
  signal send set=(term) peer=one,
  ptrace read peer=two,
  network inet stream,
  unix create type=dgram,
  dbus send bus=system path=/p interface=i.j member=m peer=(name=n),
  mount fstype=tmpfs options=(ro,nosuid) none -> /mnt/,
  umount /mnt/,
  change_profile -> other,
  change_profile /bin/sh -> third,
  capability net_raw,
  deny capability chown,
  audit capability kill,
}`;

test('questions about what is no file', { skip }, () => {
  using compiler = new Compiler();
  const profile = only(compiler.policy(ASKED));
  const isGiven = (text: string): boolean | string => {
    const asked = askedInWords(text);
    assert.ok(asked.kind === 'question', text);
    const answer = answerClass(profile, asked.question);
    return answer.kind === 'unknown' ? answer.reason : answer.isAllowed;
  };
  const given = [
    'signal send set=term peer=one',
    'ptrace read peer=two',
    'network inet stream',
    'unix dgram create',
    'dbus send bus=system name=n path=/p interface=i.j member=m peer=any',
    'mount none -> /mnt/ fstype=tmpfs options=ro,nosuid',
    'umount /mnt/',
    'change_profile other',
    'change_profile third exec=/bin/sh',
    'capability net_raw',
    'capability CAP_KILL',
  ];
  const not = [
    'signal send set=kill peer=one',
    'signal receive set=term peer=one',
    'signal send set=term peer=other',
    'ptrace trace peer=two',
    'network inet dgram',
    'unix stream create',
    'dbus send bus=session name=n path=/p interface=i.j member=m',
    'dbus bind bus=system name=n',
    'mount none -> /mnt/ fstype=tmpfs options=ro',
    'mount none -> /mnt/ fstype=ext4 options=ro,nosuid',
    'umount /mnt/a',
    'change_profile fourth',
    'change_profile third exec=/bin/bash',
    'capability chown',
  ];
  for (const one of given) assert.equal(isGiven(one), true, one);
  for (const one of not) assert.equal(isGiven(one), false, one);
  assert.match(String(isGiven('capability nonsense')), /no capability/);
  assert.match(String(isGiven('signal send set=nonsense peer=x')), /no signal/);
});

test('execution goes on as the rules say', { skip }, () => {
  using compiler = new Compiler();
  const rules = '/i ix, /p px, /P Px -> other, /c cx -> kid, /u Ux, /pi Pix, /n r,';
  const profile = only(compiler.policy(`profile t { ${rules} profile kid { /k r, } }`));
  const exec = (asked: string): unknown => answerFile(profile, { path: asked, isOwner: true, permissions: ['x'] }).exec;
  assert.deepEqual(exec('/i'), { to: 'inherit', isUnsafe: false });
  assert.deepEqual(exec('/p'), { to: 'profile', isUnsafe: true });
  assert.deepEqual(exec('/P'), { to: 'profile', isUnsafe: false, target: 'other' });
  assert.deepEqual(exec('/u'), { to: 'unconfined', isUnsafe: false });
  assert.deepEqual(exec('/pi'), { to: 'profile', isUnsafe: false, fallback: 'inherit' });
  assert.equal(exec('/n'), undefined);
  // ix maps the program too (process_dfa_entry() of the parser); w is also a.
  assert.deepEqual(answerFile(profile, { path: '/i', isOwner: true, permissions: ['m'] }).denied, []);
});

test('hard links: the pair decides, and the link may not give more than its target', { skip }, () => {
  using compiler = new Compiler();
  const profile = only(compiler.policy('profile t { link subset /l -> /m, link /a -> /b, /l r, /m r, /b r, /a rw, }'));
  const may = (link: string, target: string): boolean =>
    answerLink(profile, { path: link, target, isOwner: true }).isAllowed;
  assert.ok(may('/l', '/m'));
  assert.ok(may('/a', '/b'));
  assert.ok(!may('/l', '/b'));
  assert.ok(!may('/x', '/m'));
  const wider = only(compiler.policy('profile t { link subset /l -> /m, /l rw, /m r, }'));
  assert.match(answerLink(wider, { path: '/l', target: '/m', isOwner: true }).note ?? '', /more than its target/);
});

test('a profile of another namespace does not answer for the one of its name', { skip }, () => {
  using compiler = new Compiler();
  const event: AccessEvent = {
    verdict: 'ALLOWED',
    operation: 'open',
    class: 'file',
    profile: 't',
    name: '/a',
    requested: 'r',
    denied: 'r',
    isOwner: false,
    isDisconnected: false,
    fields: {},
  };
  const counted = (text: string): object => replay(compiler.policy(text).profiles, [event]).counts;
  const elsewhere = 'profile :box:t { /a r, }';
  assert.deepEqual(counted(elsewhere), { events: 1, allowed: 0, denied: 0, unknown: 1 });
  assert.deepEqual(counted(`profile t { }\n${elsewhere}`), { events: 1, allowed: 0, denied: 1, unknown: 0 });
});

test('recorded accesses are replayed', { skip }, () => {
  using compiler = new Compiler();
  const policy = compiler.policy('profile t { /a r, deny /q r, owner /o rw, capability kill, signal send peer=x, }');
  const base = { verdict: 'ALLOWED', profile: 't', isDisconnected: false, fields: {}, denied: '' } as const;
  const file = (name: string, requested: string, more: Partial<AccessEvent> = {}): AccessEvent => ({
    ...base,
    class: 'file',
    operation: 'open',
    name,
    requested,
    isOwner: false,
    ...more,
  });
  const result = replay(policy.profiles, [
    file('/a', 'r'),
    file('/a', 'wc'),
    file('/a', 'wc'),
    file('/q', 'r'),
    file('/o', 'r', { isOwner: true }),
    file('/o', 'r'),
    { ...base, class: 'file', operation: 'open', name: '/o', requested: 'r' },
    file('/a', 'r', { profile: 't//null-/bin/x' }),
    { ...base, class: 'cap', operation: 'capable', requested: '', fields: { capname: 'chown' } },
    { ...base, class: 'cap', operation: 'capable', requested: '', fields: { capname: 'kill' } },
    { ...base, class: 'signal', operation: 'signal', requested: 'send', peer: 'x', fields: { signal: 'hup' } },
    { ...base, class: 'keys', operation: 'x', requested: 'x' },
    file('/a', 'r', { namespace: 'box' }),
    file('/a', 'r'),
  ]);
  assert.deepEqual(result.counts, { events: 14, allowed: 5, denied: 5, unknown: 4 });
  const elsewhere = result.groups.find(({ namespace }) => namespace === 'box');
  assert.deepEqual([elsewhere?.verdict, elsewhere?.count], ['unknown', 1], 'a container’s t is not this one');
  const [most] = result.groups;
  assert.deepEqual([most?.subject, most?.permissions, most?.count, most?.verdict], ['/a', ['w'], 2, 'denied']);
  assert.equal(result.groups.find(({ subject }) => subject === '/q')?.isQuiet, true);
});
