import type { DraftBody } from '../draft.ts';
import { CAPABILITIES } from '../names.ts';
import type { Reader } from '../reader.ts';

/** `capability name name,` · `capability,` */
export function readCapabilityRule(reader: Reader): DraftBody | undefined {
  reader.next();
  const capabilities: string[] = [];
  for (let token = reader.accept('id'); token !== undefined; token = reader.accept('id')) {
    if (!CAPABILITIES.has(token.value))
      return reader.fail(token, {
        code: 'capability',
        message: `“${token.text}” is no capability`,
        hint: 'capabilities(7), in lower case, without “CAP_”',
      });
    capabilities.push(token.value);
  }
  if (reader.expect(',', 'a capability or a comma') === undefined) return undefined;
  const sorted = [...new Set(capabilities)].sort();
  return {
    name: 'capability',
    isEntry: false,
    make: (_, { base }) => [{ ...base, kind: 'capability', capabilities: sorted }],
  };
}
