import type { Finding } from '../../../core/finding.ts';
import type { Severity } from '../../../core/severity.ts';
import { APT } from './apt-files.ts';
import { readBoolean } from './apt-words.ts';
import type { SignedBy } from './source-entry.ts';
import type { ObservedSource } from './state.ts';
import type { RepositoryWish } from './wish.ts';

const SOURCES_LIST = 'sources.list(5)';
/** What is read over TLS, or not over a network at all (sources.list(5), "URI specification"). */
const PROTECTED = /^(?:(?:tor\+|mirror\+)*https|(?:mirror\+)?file|copy|cdrom|ssh|rsh):/i;

/** What an entry itself says, without looking at what it leads to. */
export function judgeEntry(source: ObservedSource, wish: RepositoryWish): readonly Finding[] {
  const { entry } = source;
  return [
    judgeSignedBy(source),
    judgeSwitch(source, { name: 'trusted', value: entry.trusted, severity: 'critical', why: TRUSTED_WHY }),
    judgeSwitch(source, { name: 'allow-insecure', value: entry.allowInsecure, severity: 'high', why: INSECURE_WHY }),
    judgeSwitch(source, { name: 'allow-weak', value: entry.allowWeak, severity: 'medium', why: WEAK_WHY }),
    judgeSwitch(source, {
      name: 'allow-downgrade-to-insecure',
      value: entry.allowDowngrade,
      severity: 'high',
      why: INSECURE_WHY,
    }),
    judgeTransport(source, wish),
  ];
}

const TRUSTED_WHY = 'apt installs what this repository has as root, whoever signed it, or nobody.';
const INSECURE_WHY = 'Whoever is on the way to this repository only needs to leave its signature out.';
const WEAK_WHY = 'Digests that can be forged (MD5, SHA-1) count as good for this repository.';

interface Switch {
  readonly name: string;
  readonly value: string | undefined;
  readonly severity: Severity;
  readonly why: string;
}

function judgeSwitch(source: ObservedSource, { name, value, severity, why }: Switch): Finding {
  const isOn = value !== undefined && readBoolean(value) === true;
  return {
    ...aspect(source, name, severity),
    outcome: isOn ? 'fail' : 'pass',
    summary: value === undefined ? `${name} is not set` : `${name} is ${value}`,
    why,
    expected: 'not set, or no',
    observed: value ?? null,
    references: [{ source: SOURCES_LIST, item: name }],
    ...(isOn && {
      remedy: { kind: 'manual', instruction: `Take ${name}=${value} out of ${source.entry.where.path}.` },
    }),
  };
}

function judgeSignedBy(source: ObservedSource): Finding {
  const { entry } = source;
  const fault = signedByFault(entry.signedBy);
  const instruction = `Put the key into a file in /etc/apt/keyrings, name it by signed-by in ${entry.where.path}, and take it out of ${APT.trustedParts}.`;
  return {
    ...aspect(source, 'signed-by', 'medium'),
    outcome: fault === undefined ? 'pass' : 'fail',
    summary: fault ?? `only ${entry.signedBy.map(describe).join(', ')} may sign it`,
    why: `Without a key of its own, a repository may be signed by any key of ${APT.trusted} and ${APT.trustedParts}; and a key that lies there may sign every such repository.`,
    expected: 'a keyring or a fingerprint of its own',
    observed: entry.signedBy.map(describe),
    references: [{ source: SOURCES_LIST, item: 'Signed-By' }],
    ...(fault !== undefined && { remedy: { kind: 'manual', instruction } }),
  };
}

function signedByFault(signedBy: readonly SignedBy[]): string | undefined {
  if (signedBy.length === 0) return 'signed-by is not set: any key that apt trusts may sign it';
  const unclear = signedBy.find(({ kind }) => kind === 'unclear');
  if (unclear !== undefined)
    return `signed-by names ${describe(unclear)}, which is neither a path nor a full fingerprint`;
  const shared = signedBy.find((one) => one.kind === 'keyring' && isShared(one.path));
  return shared && `the key lies in ${describe(shared)}: it may sign every repository without signed-by as well`;
}

function isShared(path: string): boolean {
  return path === APT.trusted || path.startsWith(`${APT.trustedParts}/`);
}

function describe(one: SignedBy): string {
  switch (one.kind) {
    case 'keyring':
      return one.path;
    case 'fingerprint':
      return one.fingerprint;
    case 'inline':
      return 'the key that stands in the entry';
    case 'unclear':
      return one.text;
  }
}

function judgeTransport(source: ObservedSource, { requireHttps }: RepositoryWish): Finding {
  const isProtected = PROTECTED.test(source.entry.uri);
  const scheme = source.entry.uri.slice(0, source.entry.uri.indexOf(':'));
  return {
    ...aspect(source, 'transport', requireHttps ? 'medium' : 'info'),
    outcome: isProtected ? 'pass' : 'fail',
    summary: `is read by ${scheme}${isProtected ? '' : ', without TLS'}`,
    why: 'Signatures protect what is installed. Without TLS everybody on the way sees what that is, and can hold back what is new until Valid-Until.',
    expected: 'https, or no network',
    observed: scheme,
    references: [{ source: 'apt-transport-http(1)', item: 'Description' }],
    ...(!isProtected && {
      remedy: {
        kind: 'manual',
        instruction: `Write https:// in ${source.entry.where.path}, where the repository offers it.`,
      },
    }),
  };
}

/** What all findings about one aspect of one source have in common. */
export function aspect(
  { id, entry }: ObservedSource,
  name: string,
  severity: Severity,
): Pick<Finding, 'id' | 'severity' | 'title' | 'where'> {
  const repository = `${withoutPassword(entry.uri)} ${entry.suite}`;
  return {
    id: `integrity/repositories/source/${id}/${name}`,
    severity,
    title: `${name} of ${repository}`,
    where: entry.where,
  };
}

/** sources.list may hold passwords, and reports must not. */
function withoutPassword(uri: string): string {
  return uri.replace(/^([A-Za-z][A-Za-z0-9+.-]*:\/\/)[^/]*@/, '$1');
}
