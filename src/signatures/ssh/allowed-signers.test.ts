import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseAllowedSigners } from './allowed-signers.ts';

/** The example key of RFC 8032 section 7.1, test 1, as a line of OpenSSH. */
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea';

function messages(text: string): readonly string[] {
  return parseAllowedSigners(text).diagnostics.map(({ where, message }) => `${String(where?.line)}: ${message}`);
}

describe('allowed_signers', () => {
  it('becomes pins', () => {
    const text = [
      '# a comment',
      '',
      `alice@example.org ${KEY} a comment`,
      `"bob@example.org,*@example.net" cert-authority,namespaces="git,file" ${KEY}`,
      `carol@example.org\tVALID-AFTER="20260101Z",valid-before="202606011230Z" ${KEY}`,
      `dora@example.org valid-before="20260601123001UTC" ${KEY}\r`,
    ];
    const common = { key: KEY, namespaces: ['file'], isAuthority: false };
    assert.deepEqual(parseAllowedSigners(text.join('\n')), {
      pins: [
        { ...common, principal: 'alice@example.org' },
        { ...common, principal: 'bob@example.org,*@example.net', namespaces: ['git', 'file'], isAuthority: true },
        {
          ...common,
          principal: 'carol@example.org',
          validAfter: '2026-01-01T00:00:00.000Z',
          validBefore: '2026-06-01T12:30:00.000Z',
        },
        { ...common, principal: 'dora@example.org', validBefore: '2026-06-01T12:30:01.000Z' },
      ],
      diagnostics: [],
    });
  });

  it('says of each line that it does not understand which one it is, and takes the others', () => {
    const text = [
      `alice@example.org ${KEY}`,
      'alice@example.org',
      `alice@example.org no-touch-required ${KEY}`,
      `alice@example.org namespaces=file ${KEY}`,
      `alice@example.org namespaces="a,,b" ${KEY}`,
      `alice@example.org cert-authority="yes" ${KEY}`,
      `alice@example.org valid-after="20261301Z" ${KEY}`,
      `alice@example.org valid-after="20260601Z",valid-before="20260601Z" ${KEY}`,
      `alice@example.org cert-authority,cert-authority ${KEY}`,
      `alice@example.org cert-authority, ${KEY}`,
      'alice@example.org ssh-dss AAAAB3NzaC1kc3MAAAA=',
      'alice@example.org ssh-ed25519-cert-v01@openssh.com AAAA',
      `"alice@example.org ${KEY}`,
    ].join('\n');
    assert.equal(parseAllowedSigners(text).pins.length, 1);
    assert.deepEqual(messages(text), [
      '2: it does not begin with principals and a blank',
      '3: the option no-touch-required is not known',
      '4: these are no options: namespaces=file',
      '5: a name is missing in namespaces',
      '6: cert-authority takes no value',
      '7: “20261301Z” of valid-after is no moment: YYYYMMDD[Z] or YYYYMMDDHHMM[SS][Z]',
      '8: valid-before is not after valid-after',
      '9: the option cert-authority stands there twice',
      '10: an option is missing after the last comma',
      '11: there is no key of a known kind: “ssh-dss”',
      '12: a certificate can’t be pinned: pin the key of its authority, with cert-authority',
      '13: it does not begin with principals and a blank',
    ]);
  });

  it('names the file', () => {
    const [diagnostic] = parseAllowedSigners('x', '/etc/allowed').diagnostics;
    assert.deepEqual(diagnostic?.where, { path: '/etc/allowed', line: 1, excerpt: 'x' });
  });

  it('makes of every line a pin or an error, whatever it holds', () => {
    const word = fc.constantFrom(
      '"',
      ',',
      '=',
      '\\',
      ' ',
      'namespaces="',
      'cert-authority',
      KEY,
      'a',
      'valid-after="2026',
    );
    const line = fc.array(word, { maxLength: 12 }).map((words) => words.join(''));
    fc.assert(
      fc.property(fc.array(fc.oneof(line, fc.string())), (lines) => {
        const text = lines.join('\n');
        const { pins, diagnostics } = parseAllowedSigners(text);
        const meant = text.split('\n').filter((one) => one.trim() !== '' && !one.trim().startsWith('#'));
        assert.equal(pins.length + diagnostics.length, meant.length);
      }),
    );
  });
});
