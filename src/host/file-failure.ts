import type { Missing, Unreadable } from './host.ts';

/** What an error of Node's file functions says of a path of the machine Freehold runs on. */
export function fileFailure(error: unknown, path: string): Missing | Unreadable {
  const code = errorCode(error);
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { kind: 'missing' };
    case 'EACCES':
    case 'EPERM':
      return unreadable('permission', `${path}: permission denied`);
    case 'EISDIR':
    case 'ELOOP':
    case 'ENXIO':
      return unreadable('not-a-file', `${path} is not a regular file`);
    default:
      return unreadable('io', `${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

export function unreadable(cause: Unreadable['cause'], message: string): Unreadable {
  return { kind: 'unreadable', cause, message };
}
