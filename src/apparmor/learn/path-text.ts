import type { ByteText } from '../../core/byte-text.ts';
import type { Segment } from './places.ts';

/** The path as a rule writes it, without quotes. */
export function writtenPath(segments: readonly Segment[], isFolder: boolean): ByteText {
  const path = segments.map(({ written }) => written).join('/');
  // Debian's path variables bring their own slash; a name that begins so is escaped.
  return `${path.startsWith('@{') ? '' : '/'}${path}${isFolder && path !== '' ? '/' : ''}`;
}

/** The same without variables. */
export function expandedPath(segments: readonly Segment[], isFolder: boolean): ByteText {
  const path = segments.map(({ expanded }) => expanded).join('/');
  return `/${path}${isFolder && path !== '' ? '/' : ''}`;
}

/** How many folders stand above what comes next: `@{HOME}` is two. */
export function depthOf(segments: readonly Segment[]): number {
  return segments.reduce((depth, { expanded }) => depth + expanded.split('/').length, 0);
}
