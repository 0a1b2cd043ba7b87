import type { BilledVulnerability, BillOfMaterials } from '../../core/bill-of-materials.ts';
import type { Json } from '../../core/json.ts';
import { lineSorted } from '../json.ts';
import { cvssOf } from './cvss.ts';
import { advisoryAddress, positionOn } from './position.ts';
import type { Spdx3Graph } from './spdx-3-graph.ts';
import { componentId, idOf } from './spdx-words.ts';

interface Group {
  readonly vulnerability: BilledVulnerability;
  readonly packages: string[];
}

/** The vulnerabilities with their scores, which packages have them, and what is held about them: VEX. */
export function securityElements(bill: BillOfMaterials, graph: Spdx3Graph): readonly Json[] {
  const groups = new Map<string, Group>();
  const named = new Map<string, BilledVulnerability>();
  for (const place of bill.places) {
    for (const one of place.components) {
      for (const vulnerability of one.vulnerabilities) {
        named.set(vulnerability.id, vulnerability);
        const key = `${vulnerability.id} ${lineSorted(vulnerability)}`;
        const group = groups.get(key) ?? { vulnerability, packages: [] };
        group.packages.push(graph.id(componentId(place, one)));
        groups.set(key, group);
      }
    }
  }
  const sorted = <Value>(map: ReadonlyMap<string, Value>): readonly (readonly [string, Value])[] =>
    [...map].toSorted(([a], [b]) => Number(a > b) - Number(a < b));
  return [
    ...sorted(named).map(([, one]) => toVulnerability(one, graph)),
    ...sorted(groups).flatMap(([key, group]) => assessments(key, group, graph)),
  ];
}

function vulnerabilityId(id: string): string {
  return idOf('Vulnerability', id, id);
}

function toVulnerability({ id, aliases, summary }: BilledVulnerability, graph: Spdx3Graph): Json {
  return graph.element(vulnerabilityId(id), {
    type: 'security_Vulnerability',
    name: id,
    ...(summary !== '' && { summary }),
    externalIdentifier: [id, ...aliases].map((name) => ({
      type: 'ExternalIdentifier',
      externalIdentifierType: name.startsWith('CVE-') ? 'cve' : 'securityOther',
      identifier: name,
      identifierLocator: [advisoryAddress(name)],
    })),
  });
}

function assessments(key: string, { vulnerability, packages }: Group, graph: Spdx3Graph): readonly Json[] {
  const name = idOf('Assessment', vulnerability.id, key);
  const common = { from: graph.id(vulnerabilityId(vulnerability.id)), to: packages };
  const vex = graph.element(`${name}-Vex`, { ...vexFields(vulnerability), ...common });
  const scored = scoreFields(vulnerability);
  return scored === undefined ? [vex] : [graph.element(`${name}-Score`, { ...scored, ...common }), vex];
}

type Fields = Readonly<Record<string, Json>>;

function scoreFields(one: BilledVulnerability): Fields | undefined {
  const cvss = cvssOf(one);
  if (cvss === undefined) return undefined;
  const { version, score, vector, band } = cvss;
  const common = { relationshipType: 'hasAssessmentFor', security_score: score, security_vectorString: vector };
  if (version === '2') return { ...common, type: 'security_CvssV2VulnAssessmentRelationship' };
  const type =
    version === '4' ? 'security_CvssV4VulnAssessmentRelationship' : 'security_CvssV3VulnAssessmentRelationship';
  return { ...common, type, security_severity: band };
}

/** The words of OpenVEX and CSAF as SPDX spells them. */
const JUSTIFICATIONS: ReadonlyMap<string, string> = new Map([
  ['component_not_present', 'componentNotPresent'],
  ['vulnerable_code_not_present', 'vulnerableCodeNotPresent'],
  ['vulnerable_code_not_in_execute_path', 'vulnerableCodeNotInExecutePath'],
  ['vulnerable_code_cannot_be_controlled_by_adversary', 'vulnerableCodeCannotBeControlledByAdversary'],
  ['inline_mitigations_already_exist', 'inlineMitigationsAlreadyExist'],
]);

/** That an advisory names the version is said as "affected", with what mends it: SPDX asks for an action there. */
function vexFields(one: BilledVulnerability): Fields {
  const { status, justification, text } = positionOn(one) ?? { status: 'affected' };
  const notes = text === undefined ? {} : { security_statusNotes: text };
  switch (status) {
    case 'affected':
      return {
        ...notes,
        type: 'security_VexAffectedVulnAssessmentRelationship',
        relationshipType: 'affects',
        security_actionStatement: one.advice,
      };
    case 'fixed':
      return { ...notes, type: 'security_VexFixedVulnAssessmentRelationship', relationshipType: 'fixedIn' };
    case 'under-investigation':
      return {
        ...notes,
        type: 'security_VexUnderInvestigationVulnAssessmentRelationship',
        relationshipType: 'underInvestigationFor',
      };
    case 'not-affected': {
      const word = JUSTIFICATIONS.get(justification ?? '');
      return {
        ...notes,
        type: 'security_VexNotAffectedVulnAssessmentRelationship',
        relationshipType: 'doesNotAffect',
        ...(word === undefined
          ? { security_impactStatement: text ?? justification ?? 'No reason is given.' }
          : { security_justificationType: word }),
      };
    }
  }
}
