import { join } from 'node:path';
import { type LedgerFiles, ledgerFiles } from './ledger/files.ts';

/** What evidence lies in: keys, the ledger, and the reports it vouches for. */
export interface EvidenceFiles {
  readonly folder: string;
  /** Which key signs, and where it is: made last, so that what has it is whole. */
  readonly signer: string;
  readonly key: string;
  readonly privateKey: string;
  readonly publicPem: string;
  readonly publicSsh: string;
  readonly publicNote: string;
  readonly reports: string;
  readonly ledger: LedgerFiles;
}

export function evidenceFiles(folder: string): EvidenceFiles {
  const key = join(folder, 'key');
  return {
    folder,
    signer: join(folder, 'signer.json'),
    key,
    privateKey: join(key, 'private.pem'),
    publicPem: join(folder, 'public.pem'),
    publicSsh: join(folder, 'public.ssh'),
    publicNote: join(folder, 'public.vkey'),
    reports: join(folder, 'reports'),
    ledger: ledgerFiles(join(folder, 'ledger')),
  };
}
