import { spawn } from 'node:child_process';
import { evidenceError, reasonOf } from '../error.ts';
import { decodeBase64 } from '../../signatures/dsse/base64.ts';

const SIGNATURE_BYTES = 64;
const OUTPUT_LIMIT_BYTES = 64 * 1024;
const COMMAND_LIMIT_MS = 90_000;
const SHOWN_CHARACTERS = 500;

/** Has a program sign: the bytes go to its standard input, the signature comes back as 64 bytes or their Base64. */
export async function signWithCommand(argv: readonly [string, ...string[]], bytes: Uint8Array): Promise<Uint8Array> {
  const output = await run(argv, bytes);
  if (output.length === SIGNATURE_BYTES) return output;
  const decoded = decodeBase64(output.toString('latin1').trim());
  if (decoded?.length === SIGNATURE_BYTES) return decoded;
  throw failed(argv[0], `it printed ${String(output.length)} bytes that are no Ed25519 signature, nor one in Base64`);
}

function run(argv: readonly [string, ...string[]], input: Uint8Array): Promise<Buffer> {
  const [program, ...rest] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, { stdio: 'pipe', timeout: COMMAND_LIMIT_MS, killSignal: 'SIGKILL' });
    const output: Buffer[] = [];
    let length = 0;
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > OUTPUT_LIMIT_BYTES) child.kill('SIGKILL');
      else output.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      said = `${said}${chunk.toString()}`.slice(-SHOWN_CHARACTERS);
    });
    child.on('error', (error) => {
      reject(failed(program, reasonOf(error)));
    });
    child.on('close', (code, signal) => {
      if (code === 0) resolve(Buffer.concat(output));
      else
        reject(
          failed(program, `it ended with ${code === null ? String(signal) : `code ${String(code)}`}. ${said.trim()}`),
        );
    });
    // It may end without having read everything: how it ended says why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

function failed(program: string, reason: string): Error {
  return evidenceError('command', `The command that signs (${program}) failed: ${reason}`);
}
