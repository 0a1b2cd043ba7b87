import { isPackageName, normalizedName } from './name.ts';

/** Collects the comments by which pip-compile and uv say what asked for the package before them. */
export interface ViaReader {
  /** A line with a requirement: what it says of itself, and what follows, is about this one. */
  readonly begin: (comment: string | undefined) => readonly string[];
  /** A line without anything; without a comment it is empty. */
  readonly goOn: (comment: string | undefined) => void;
}

/** Why a package is there. */
export interface Via {
  /** Whether somebody asked for it by name. */
  readonly isDirect: boolean;
  /** The normalised names of the packages that need it. */
  readonly requiredBy: readonly string[];
}

/**
 * `annotation_style_split` and `annotation_style_line` of https://github.com/jazzband/pip-tools, piptools/writer.py:
 * `# via flask`, `# via flask, -r base.in`, or `# via` and a line `#   flask` for each.
 */
export function startVia(): ViaReader {
  let sources: string[] = [];
  let isOpen = false;
  return {
    begin: (comment) => {
      sources = [];
      isOpen = false;
      read(comment);
      return sources;
    },
    goOn: (comment) => {
      if (comment === undefined) sources = [];
      read(comment);
    },
  };

  function read(comment: string | undefined): void {
    const text = comment?.trim() ?? '';
    const begins = text === 'via' || text.startsWith('via ');
    isOpen = begins || (isOpen && text !== '' && comment?.startsWith('  ') === true);
    if (!isOpen) return;
    const listed = begins ? text.slice('via'.length) : text;
    for (const source of listed.split(',')) if (source.trim() !== '') sources.push(source.trim());
  }
}

/**
 * What sources mean in a file that has packages of these (normalised) names. A file (`-r base.in`), the project
 * (`shop (pyproject.toml)`) or anything else that is not in the file has asked for it by name; a constraint (`-c`) has not.
 */
export function readVia(sources: readonly string[], names: ReadonlySet<string>): Via {
  const asking = sources.filter((source) => !source.startsWith('-c '));
  const requiredBy = asking.flatMap((source): readonly string[] => {
    const [name = ''] = source.split('[', 1);
    const isInFile = isPackageName(name) && names.has(normalizedName(name));
    return isInFile ? [normalizedName(name)] : [];
  });
  return { isDirect: asking.length === 0 || requiredBy.length < asking.length, requiredBy };
}
