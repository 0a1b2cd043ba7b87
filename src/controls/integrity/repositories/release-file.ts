/** What a Release file says that apt holds other files against. */
export interface Release {
  readonly date?: string;
  readonly validUntil?: string;
  /** SHA256 of files, in lower case, by their paths below the repository. */
  readonly sha256: ReadonlyMap<string, string>;
}

/** Debian's has some 4,000. */
const FILES_MAX = 200_000;
const FILE_LINE = /^[ \t]+([0-9a-fA-F]{64})[ \t]+[0-9]{1,15}[ \t]+(\S+)[ \t\r]*$/;

/** Reads the first stanza (Debian's wiki, "DebianRepository/Format", "Release files"). */
export function parseRelease(text: string): Release {
  const fields = new Map<string, string>();
  const sha256 = new Map<string, string>();
  let field = '';
  for (const line of text.split('\n')) {
    if (line.trim() === '') {
      if (fields.size > 0) break;
      continue;
    }
    if (line.startsWith(' ') || line.startsWith('\t')) {
      const [, digest, path] = (field === 'sha256' ? FILE_LINE.exec(line) : null) ?? [];
      if (digest !== undefined && path !== undefined && sha256.size < FILES_MAX) sha256.set(path, digest.toLowerCase());
      continue;
    }
    const colon = line.indexOf(':');
    field = line.slice(0, Math.max(colon, 0)).toLowerCase();
    fields.set(field, line.slice(colon + 1).trim());
  }
  return { ...timeOf('date', fields.get('date')), ...timeOf('validUntil', fields.get('valid-until')), sha256 };
}

/** `Sat, 17 May 2025 09:15:57 UTC`; what is no time is as good as none. */
function timeOf(name: 'date' | 'validUntil', text: string | undefined): Pick<Release, 'date' | 'validUntil'> {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? {} : { [name]: new Date(at).toISOString() };
}
