/** Signatures made and broken with the real programs, judged by them and by us in the same run. */
import assert from 'node:assert/strict';
import process from 'node:process';
import { after, describe, it } from 'node:test';
import { readMinisignSignature } from '../../src/signatures/minisign/minisign.ts';
import { judgeSignifyMessage, readSignifySignature } from '../../src/signatures/minisign/signify.ts';
import { parseAllowedSigners } from '../../src/signatures/ssh/allowed-signers.ts';
import { readSshSignature } from '../../src/signatures/ssh/ssh.ts';
import { compare } from './schemes-case.ts';
import { judged, NOW, trustOf } from './schemes-judged.ts';
import { CONTENT, makeMinisign, MINISIGN_CASES } from './schemes-minisign.ts';
import { makeSignify, SIGNIFY_CASES } from './schemes-signify.ts';
import { ALICE, Ssh } from './schemes-ssh.ts';
import { SSH_CASES } from './schemes-ssh-cases.ts';
import { whyNoTool } from './schemes-tools.ts';

const noMinisign = whyNoTool('minisign');

describe('minisign', { skip: noMinisign }, () => {
  if (noMinisign !== false) return;
  const made = makeMinisign();
  const { bench } = made;
  after(() => bench.remove());

  for (const one of MINISIGN_CASES)
    it(one.name, async () => {
      const signature = Buffer.from(one.signature(made));
      const content = one.content ?? CONTENT;
      const pins = one.pins?.(made) ?? [made.alice];
      const trust = trustOf({ minisign: pins.map((key) => ({ key })) });
      const judgement = await judged(readMinisignSignature, { signature, content, trust });
      bench.write('case', content);
      bench.write('case.minisig', signature);
      const argv = ['-V', '-q', '-P', pins.at(-1) ?? made.bob, '-m', 'case', '-x', 'case.minisig'];
      compare(one, { ...judgement, isAcceptedByTool: bench.accepts('minisign', argv) });
      if (judgement.verdict === 'malformed') return;
      if ('signedAt' in one || judgement.verdict !== 'verified') assert.equal(judgement.signedAt, one.signedAt);
    });
});

const noSignify = whyNoTool('signify-openbsd');

describe('signify', { skip: noSignify }, () => {
  if (noSignify !== false) return;
  const made = makeSignify();
  const { bench } = made;
  after(() => bench.remove());

  for (const one of SIGNIFY_CASES)
    it(one.name, async () => {
      const signature = Buffer.from(one.signature(made));
      const content = one.content ?? CONTENT;
      const key = one.pin?.(made) ?? made.alice;
      const trust = trustOf({ signify: [{ key }] });
      bench.write('case', content);
      bench.write('case.sig', signature);
      bench.write('case.pub', `untrusted comment: a key\n${key}\n`);
      const argv = ['-V', '-q', '-p', 'case.pub', '-m', 'case', '-x', 'case.sig'];
      if (one.isEmbedded !== true) {
        const judgement = await judged(readSignifySignature, { signature, content, trust });
        compare(one, { ...judgement, isAcceptedByTool: bench.accepts('signify-openbsd', argv) });
        return;
      }
      const message = judgeSignifyMessage(signature, trust);
      const isAcceptedByTool = bench.accepts('signify-openbsd', [...argv, '-e']);
      compare(one, { ...message.judgement, isAcceptedByTool });
      assert.equal(message.content !== undefined, isAcceptedByTool);
      if (isAcceptedByTool) assert.deepEqual(Buffer.from(message.content ?? []), bench.read('case'));
    });
});

const noSsh = whyNoTool('ssh-keygen');

describe('ssh', { skip: noSsh }, () => {
  if (noSsh !== false) return;
  // Moments without a zone are local, for ssh-keygen as for us; here that must not be UTC. This zone needs no table of zones.
  process.env['TZ'] = 'EST5EDT';
  const made = new Ssh();
  const { bench } = made;
  after(() => bench.remove());

  for (const one of SSH_CASES)
    it(one.name, async () => {
      const { allowed, signature } = one.given(made);
      const at = one.at === undefined ? NOW : new Date(one.at);
      const content = one.content ?? CONTENT;
      const trust = trustOf({ ssh: [...parseAllowedSigners(allowed).pins] });
      const judgement = await judged(readSshSignature, { signature: Buffer.from(signature), content, trust, at });
      bench.write('allowed', allowed);
      bench.write('case.sig', signature);
      const moment = at.toISOString().replaceAll(/\.\d+|[-:T]/g, '');
      const argv = [
        '-Y',
        'verify',
        '-f',
        'allowed',
        '-I',
        ALICE,
        '-n',
        'file',
        '-s',
        'case.sig',
        `-Overify-time=${moment}`,
      ];
      compare(one, { ...judgement, isAcceptedByTool: bench.accepts('ssh-keygen', argv, content) });
    });
});
