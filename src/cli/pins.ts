import { resolve } from 'node:path';
import type { Diagnostic } from '../core/diagnostic.ts';
import { FreeholdError } from '../core/error.ts';
import { type TrustPolicy, trustPolicy } from '../signatures/trust.ts';

const FORMS =
  'minisign:KEY, signify:KEY, attestation:KEY, openpgp:FINGERPRINT@KEYFILE or "ssh:PRINCIPAL ssh-ed25519 AAAA…"; more is said in a file for --trust.';

type Scheme = 'openpgp' | 'minisign' | 'signify' | 'ssh' | 'attestations';

interface Pin {
  readonly scheme: Scheme;
  readonly value: unknown;
}

/** Keys that were pinned on the command line. Throws `usage` with every one that can't be used. */
export function pinsOf(texts: readonly string[]): TrustPolicy {
  const pins: Record<Scheme, unknown[]> = { openpgp: [], minisign: [], signify: [], ssh: [], attestations: [] };
  const problems: Diagnostic[] = [];
  for (const text of texts) {
    const pin = pinOf(text);
    const parsed = pin === undefined ? undefined : trustPolicy.safeParse({ [pin.scheme]: [pin.value] });
    if (pin !== undefined && parsed?.success === true) pins[pin.scheme].push(pin.value);
    else problems.push(refusal(text, parsed?.error?.issues[0]?.message));
  }
  if (problems.length > 0) throw new FreeholdError('usage', problems);
  return trustPolicy.parse(pins);
}

function pinOf(text: string): Pin | undefined {
  const colon = text.indexOf(':');
  const scheme = text.slice(0, colon);
  const rest = text.slice(colon + 1);
  switch (scheme) {
    case 'minisign':
    case 'signify':
      return { scheme, value: { key: rest } };
    case 'attestation':
      return { scheme: 'attestations', value: { key: rest } };
    case 'openpgp': {
      const at = rest.indexOf('@');
      const keyring = at === -1 ? undefined : resolve(rest.slice(at + 1));
      return keyring === undefined ? undefined : { scheme, value: { fingerprint: rest.slice(0, at), keyring } };
    }
    case 'ssh': {
      const [, principal, key] = /^(\S+)\s+(\S.*)$/s.exec(rest) ?? [];
      return principal === undefined ? undefined : { scheme, value: { principal, key } };
    }
    default:
      return undefined;
  }
}

function refusal(text: string, requirement: string | undefined): Diagnostic {
  const why = requirement === undefined ? 'is no pin' : `is no pin: it ${requirement}`;
  return { code: 'trust/pin', level: 'error', message: `${text} ${why}.`, hint: `A pin is ${FORMS}` };
}
