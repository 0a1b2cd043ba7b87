import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

/** Where Freehold keeps, for the user who runs it, what should outlive a command (XDG Base Directory Specification). */
export function stateFolder(): string {
  const stateHome = process.env['XDG_STATE_HOME'] ?? '';
  return join(stateHome === '' ? join(homedir(), '.local', 'state') : stateHome, 'freehold');
}
