import { randomUUID } from 'node:crypto';
import { chmod, open, rename, rm, stat } from 'node:fs/promises';
import { FreeholdError } from '../core/error.ts';
import type { ByteText } from '../core/byte-text.ts';

const MODE_OF_NEW_FILES = 0o644;
const MODE_BITS = 0o7777;

/** Writes a file whole or not at all, with the mode that it had; a reader finds the old text or the new one. */
export async function replaceFile(path: string, text: ByteText): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const mode = await stat(path).then(
      (facts) => facts.mode & MODE_BITS,
      () => MODE_OF_NEW_FILES,
    );
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(Buffer.from(text, 'latin1'));
      await file.sync();
    } finally {
      await file.close();
    }
    await chmod(temporary, mode);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    const message = `${path} could not be written: ${error instanceof Error ? error.message : String(error)}`;
    throw new FreeholdError('usage', [{ code: 'output/not-written', level: 'error', message }], { cause: error });
  }
}
