import { type Blueprint, matchWaivers } from '../blueprint/index.ts';
import type { AuditedFinding, AuditReport, DomainSummary } from '../core/audit.ts';
import type { AnyControl } from '../core/control.ts';
import { FreeholdError } from '../core/error.ts';
import type { Finding } from '../core/finding.ts';
import { noAdvisories, type Surroundings } from '../core/surroundings.ts';
import { tallyOf } from '../core/tally.ts';
import { HostError } from '../host/error.ts';
import type { Host } from '../host/host.ts';

export interface AuditOptions {
  readonly host: Host;
  readonly blueprint: Blueprint;
  readonly controls: readonly AnyControl[];
  /** Of Freehold itself. */
  readonly version: string;
  /** The moment the audit starts; waivers are held against its UTC day. */
  readonly startedAt: Date;
  /** Opens the advisories that lie on this disk; without it there are none. */
  readonly advisories?: Surroundings['advisories'] | undefined;
}

const WAIVERS_DOMAIN = { id: 'waivers', title: 'Waivers' } as const;
const ISO_DAY_CHARACTERS = 10;

/** Looks at the machine in all domains at once and compares it with the blueprint. */
export async function audit(options: AuditOptions): Promise<AuditReport> {
  const { host, blueprint, controls, version, startedAt } = options;
  const surroundings = { now: startedAt, advisories: options.advisories ?? noAdvisories };
  const wished = controls.filter((control) => blueprint.policies.has(control.id));
  const domains = await Promise.all(
    wished.map((control) => auditDomain(control, blueprint.policies.get(control.id), { host, surroundings })),
  );
  const today = startedAt.toISOString().slice(0, ISO_DAY_CHARACTERS);
  const waivers = matchWaivers(
    domains.flatMap((domain) => domain.findings),
    blueprint.waivers,
    today,
  );
  const audited = [
    ...domains.map((domain) => ({ ...domain, findings: domain.findings.map((one) => waive(one, domain.id, waivers)) })),
    ...waiverDomain(waivers.findings),
  ];
  const findings = audited.flatMap((domain) => domain.findings).sort(byDomainAndId);
  return {
    format: 'freehold.audit/1',
    tool: { name: 'freehold', version },
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    host: host.facts,
    blueprint: { name: blueprint.name, path: blueprint.path, extends: blueprint.extends, digest: blueprint.digest },
    domains: audited.map(toSummary),
    findings,
    summary: tallyOf(findings),
  };
}

interface Domain<F> {
  readonly id: string;
  readonly title: string;
  readonly error?: string;
  readonly findings: readonly F[];
}

/** A domain that throws (but for a host that can't be reached any more) says so in a finding of its own; the others are reported all the same. */
async function auditDomain(
  control: AnyControl,
  policy: unknown,
  { host, surroundings }: { readonly host: Host; readonly surroundings: Surroundings },
): Promise<Domain<Finding>> {
  const { id, title } = control;
  try {
    return { id, title, findings: await control.judge(await control.observe(host, policy, surroundings), policy) };
  } catch (error) {
    // That the machine is gone, or that what was named isn't there, says nothing of this domain.
    if (error instanceof HostError || error instanceof FreeholdError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    return { id, title, error: message, findings: [brokenDomain(id, title, message)] };
  }
}

function brokenDomain(id: string, title: string, message: string): Finding {
  return {
    id: `${id}/error`,
    outcome: 'unknown',
    severity: 'high',
    title: `${title}: the audit of this domain`,
    summary: `The domain could not be audited: ${message}`,
    why: 'Nothing is known of this domain: what it should have checked may be right or wrong.',
    expected: 'an audit of the whole domain',
    observed: null,
    reason: message,
    references: [],
  };
}

type Waivers = ReturnType<typeof matchWaivers>;

function waive(finding: Finding, domain: string, { waived }: Waivers): AuditedFinding {
  const waiver = waived.get(finding.id);
  return waiver === undefined ? { ...finding, domain } : { ...finding, domain, outcome: 'waived', waiver };
}

function waiverDomain(findings: readonly Finding[]): readonly Domain<AuditedFinding>[] {
  if (findings.length === 0) return [];
  return [{ ...WAIVERS_DOMAIN, findings: findings.map((finding) => ({ ...finding, domain: WAIVERS_DOMAIN.id })) }];
}

function toSummary({ id, title, error, findings }: Domain<AuditedFinding>): DomainSummary {
  return { id, title, tally: tallyOf(findings), ...(error !== undefined && { error }) };
}

function byDomainAndId(a: AuditedFinding, b: AuditedFinding): number {
  if (a.domain !== b.domain) return a.domain < b.domain ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}
