/** Signatures made and broken with the real programs, judged by them and by us in the same run. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { readMinisignSignature } from '../../src/signatures/minisign/minisign.ts';
import { judgeSignifyMessage, readSignifySignature } from '../../src/signatures/minisign/signify.ts';
import { compare } from './schemes-case.ts';
import { judged, trustOf } from './schemes-judged.ts';
import { CONTENT, makeMinisign, MINISIGN_CASES } from './schemes-minisign.ts';
import { makeSignify, SIGNIFY_CASES } from './schemes-signify.ts';
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
