import { spawn } from 'node:child_process';
import { COMPILE, PARSERS } from '../../controls/confinement/parser/observe.ts';
import type { ByteText } from '../../core/byte-text.ts';

export type TrialCompile =
  | { readonly kind: 'compiled'; readonly ms: number }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'too-slow'; readonly limitMs: number }
  | { readonly kind: 'not-tried'; readonly reason: string };

export interface TrialOptions {
  readonly base: string;
  readonly limitMs: number;
}

const MAX_MESSAGE_CHARACTERS = 2000;

/** Has apparmor_parser(8) compile a policy, without loading it and without its cache: whether it takes it, and how long it takes. */
export async function trialCompile(text: ByteText, options: TrialOptions): Promise<TrialCompile> {
  const [first, second] = PARSERS;
  return (await tryWith(first, text, options)) ?? (await tryWith(second, text, options)) ?? NO_PARSER;
}

const NO_PARSER: TrialCompile = { kind: 'not-tried', reason: 'there is no apparmor_parser here' };

/** `undefined` where there is no program of that name. */
function tryWith(program: string, text: ByteText, { base, limitMs }: TrialOptions): Promise<TrialCompile | undefined> {
  return new Promise((resolve) => {
    const started = performance.now();
    const parser = spawn(program, [...COMPILE, '--base', base], {
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    // The timeout of spawn() itself goes on where there was nothing to start, and keeps this process from ending.
    const limit = setTimeout(() => parser.kill('SIGKILL'), limitMs);
    let message = '';
    parser.stderr.on('data', (piece: Uint8Array) => {
      if (message.length < MAX_MESSAGE_CHARACTERS) message += Buffer.from(piece).toString('latin1');
    });
    parser.on('error', (error) => {
      clearTimeout(limit);
      const isMissing = 'code' in error && error.code === 'ENOENT';
      resolve(isMissing ? undefined : { kind: 'not-tried', reason: `${program} could not be run: ${error.message}` });
    });
    parser.on('close', (code, signal) => {
      clearTimeout(limit);
      if (code === 0) resolve({ kind: 'compiled', ms: performance.now() - started });
      else if (signal === 'SIGKILL') resolve({ kind: 'too-slow', limitMs });
      else resolve({ kind: 'refused', message: message.slice(0, MAX_MESSAGE_CHARACTERS).trim() });
    });
    // It may end before it has read all; what it says then is in its exit code.
    parser.stdin.on('error', () => undefined);
    parser.stdin.end(Buffer.from(text, 'latin1'));
  });
}
