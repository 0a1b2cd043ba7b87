import { z } from 'zod';
import { loadAssetData } from '../core/assets.ts';
import type { ByteText } from '../core/byte-text.ts';

const DATA = 'src/apparmor/interpreters.yaml';

const dataSchema = z.strictObject({
  format: z.literal(1),
  interpreters: z.array(z.strictObject({ why: z.string(), source: z.string(), names: z.array(z.string()).min(1) })),
});

let whyByName: ReadonlyMap<string, string> | undefined;

/** `python3.11`, `perl5.36.0`, `ld-linux-x86-64.so.2`. */
const VERSION = /[-.]?\d[\d.]*$/;

/** Why letting a program be executed lets anything be executed; `undefined` for one that isn't known to run what it is given. */
export function whyInterpreter(path: ByteText): string | undefined {
  whyByName ??= new Map(
    dataSchema
      .parse(loadAssetData(DATA))
      .interpreters.flatMap(({ why, names }) => names.map((name): [string, string] => [name, why])),
  );
  const name = path.slice(path.lastIndexOf('/') + 1);
  return whyByName.get(name) ?? whyByName.get(name.replace(VERSION, ''));
}
