import { parseCycloneDx } from './cyclonedx.ts';
import { parseOpenVex } from './openvex.ts';
import type { ParsedVex } from './parsed.ts';

/** Reads a document of OpenVEX or CycloneDX, already parsed from JSON. */
export function parseVex(json: unknown): ParsedVex {
  switch (vexFormatOf(json)) {
    case 'openvex':
      return parseOpenVex(json);
    case 'cyclonedx':
      return parseCycloneDx(json);
    case undefined:
      return { kind: 'invalid', problem: 'it is neither a document of OpenVEX nor one of CycloneDX' };
  }
}

/** Which format of VEX a JSON value claims to be; `undefined`: none that is known here. */
export function vexFormatOf(json: unknown): 'openvex' | 'cyclonedx' | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  if ('@context' in json && typeof json['@context'] === 'string') {
    return /^https:\/\/openvex\.dev\/ns(?:\/|$)/.test(json['@context']) ? 'openvex' : undefined;
  }
  return 'bomFormat' in json && json.bomFormat === 'CycloneDX' ? 'cyclonedx' : undefined;
}
