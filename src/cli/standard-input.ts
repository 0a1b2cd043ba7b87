import { Buffer } from 'node:buffer';
import { fstatSync, readSync } from 'node:fs';
import process from 'node:process';

/** What comes through standard input. A folder there fails as one: to Node it is a stream without a byte. */
export async function* standardInput(): AsyncGenerator<Uint8Array> {
  const { stdin } = process;
  if (fstatSync(stdin.fd).isDirectory()) readSync(stdin.fd, Buffer.alloc(1));
  yield* stdin;
}
