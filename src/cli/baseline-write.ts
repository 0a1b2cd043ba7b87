import { hash } from 'node:crypto';
import { basename } from 'node:path/posix';
import process from 'node:process';
import type { BaselineHeader } from '../controls/integrity/baseline/header.ts';
import { baselinePath } from '../controls/integrity/baseline/observe.ts';
import type { BaselinePolicy } from '../controls/integrity/baseline/policy.ts';
import { SIGNATURE_ENDING } from '../controls/integrity/baseline/signature.ts';
import { plural } from '../core/describe.ts';
import { placeFiles } from '../engine/place-files.ts';
import { evidenceFiles, openSigner, signBaseline } from '../evidence/index.ts';
import type { Host } from '../host/host.ts';
import { readPublicKey } from '../signatures/dsse/public-key.ts';
import type { TrustPolicy } from '../signatures/trust.ts';
import { warn } from './baseline-wish.ts';
import { evidenceFolder } from './evidence-folder.ts';

export interface WrittenBaseline {
  readonly header: BaselineHeader;
  readonly bytes: Uint8Array;
  readonly policy: BaselinePolicy;
  readonly trust: TrustPolicy;
}

/** Signs a baseline with the key of this computer, and puts it onto the machine that it is of. */
export async function writeBaseline(host: Host, { header, bytes, policy, trust }: WrittenBaseline): Promise<void> {
  const path = baselinePath(policy);
  const signer = openSigner(evidenceFiles(evidenceFolder()));
  const signature = await signBaseline(
    { name: basename(path), sha256: hash('sha256', bytes), about: { ...header } },
    signer,
  );
  // Whatever is cut off between the two leaves a list whose signature doesn't fit, which says so.
  await placeFiles(host, [
    { path: path + SIGNATURE_ENDING, bytes: signature },
    { path, bytes },
  ]);
  process.stdout.write(
    `${path}: ${plural(header.entries, 'path')} as of ${header.takenAt}, signed by ${signer.key.id}\n`,
  );
  const isPinned = trust.attestations.some(({ key }) => {
    const read = readPublicKey(key);
    return read.kind === 'key' && read.key.id === signer.key.id;
  });
  if (!isPinned)
    warn([
      'the blueprint doesn’t pin the key that signed it: put what `freehold keys show` prints into integrity.trust.attestations',
    ]);
}
