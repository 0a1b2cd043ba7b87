import { spawn } from 'node:child_process';
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
export function trialCompile(text: ByteText, { base, limitMs }: TrialOptions): Promise<TrialCompile> {
  return new Promise((resolve) => {
    const started = performance.now();
    const parser = spawn('apparmor_parser', ['--skip-kernel-load', '--skip-cache', '--base', base, '--stdout'], {
      stdio: ['pipe', 'ignore', 'pipe'],
      timeout: limitMs,
      killSignal: 'SIGKILL',
    });
    let message = '';
    parser.stderr.on('data', (piece: Uint8Array) => {
      if (message.length < MAX_MESSAGE_CHARACTERS) message += Buffer.from(piece).toString('latin1');
    });
    parser.on('error', (error) =>
      resolve({ kind: 'not-tried', reason: `apparmor_parser could not be run: ${error.message}` }),
    );
    parser.on('close', (code, signal) => {
      if (code === 0) resolve({ kind: 'compiled', ms: performance.now() - started });
      else if (signal === 'SIGKILL') resolve({ kind: 'too-slow', limitMs });
      else resolve({ kind: 'refused', message: message.slice(0, MAX_MESSAGE_CHARACTERS).trim() });
    });
    // It may end before it has read all; what it says then is in its exit code.
    parser.stdin.on('error', () => undefined);
    parser.stdin.end(Buffer.from(text, 'latin1'));
  });
}
