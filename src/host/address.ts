import { HostError } from './error.ts';

/** Where a machine is and how it is reached. */
export type HostAddress =
  | { readonly kind: 'local' }
  | SshAddress
  | { readonly kind: 'podman' | 'docker'; readonly container: string; readonly user: string | undefined }
  /** A process of this machine, whose namespaces are entered (nsenter(1)). */
  | { readonly kind: 'nsenter'; readonly pid: number }
  | { readonly kind: 'image' | 'recorded'; readonly path: string };

export interface SshAddress {
  readonly kind: 'ssh';
  /** A name, an address, or an alias of ssh_config(5). */
  readonly host: string;
  readonly user: string | undefined;
  readonly port: number | undefined;
}

/** The ending of recordings. */
export const RECORDING_SUFFIX = '.fhr';

const EXAMPLES =
  'Examples: local, ssh://admin@files.example.org, ssh://[2001:db8::1]:2222, podman://legacy-app, docker://web, nsenter://4711, image:///srv/images/laptop, ./recorded.fhr';

/** None of these may look like an option, nor mean anything to a shell: a ProxyCommand of ssh_config(5) may be given them. */
const USER = /^[A-Za-z0-9_][A-Za-z0-9._@+-]{0,63}$/;
const HOST_NAME = /^[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,252})$/;
const IPV6 = /^[0-9A-Fa-f:.]{2,45}(?:%[A-Za-z0-9._-]{1,16})?$/;
const CONTAINER = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,252}$/;
const HIGHEST_PORT = 65535;
/** PID_MAX_LIMIT of the kernel. */
const HIGHEST_PID = 4194304;

/** Whether a word of the command line names one machine by its address, rather than by a name in an inventory. */
export function isAddress(text: string): boolean {
  // A colon alone also stands between the groups of a pattern: web:!web1
  return text === 'local' || /^(?:[a-z]+:\/\/|image:|recorded:)/.test(text) || text.endsWith(RECORDING_SUFFIX);
}

/** Throws a `HostError` of the code `address` that says what was expected. */
export function parseAddress(text: string): HostAddress {
  if (text === 'local') return { kind: 'local' };
  const match = /^([a-z]+):(.*)$/s.exec(text);
  const [, scheme = '', rest = ''] = match ?? [];
  switch (scheme) {
    case 'ssh':
      return parseSsh(text, afterSlashes(text, rest));
    case 'podman':
    case 'docker':
      return parseContainer(text, scheme, afterSlashes(text, rest));
    case 'nsenter':
      return parsePid(text, afterSlashes(text, rest));
    case 'image':
    case 'recorded':
      return { kind: scheme, path: parsePath(text, rest) };
    default:
      if (text.endsWith(RECORDING_SUFFIX)) return { kind: 'recorded', path: parsePath(text, text) };
      throw wrong(text, scheme === '' ? 'it has no scheme' : `there is no scheme ${scheme}:`);
  }
}

/** The one way to write an address; {@link parseAddress} reads it back. */
export function formatAddress(address: HostAddress): string {
  switch (address.kind) {
    case 'local':
      return 'local';
    case 'ssh': {
      const host = address.host.includes(':') ? `[${address.host}]` : address.host;
      return `ssh://${at(address.user)}${host}${address.port === undefined ? '' : `:${String(address.port)}`}`;
    }
    case 'podman':
    case 'docker':
      return `${address.kind}://${at(address.user)}${address.container}`;
    case 'nsenter':
      return `nsenter://${String(address.pid)}`;
    case 'image':
      return address.path.startsWith('/') ? `image://${address.path}` : `image:${address.path}`;
    case 'recorded':
      return `recorded:${address.path}`;
  }
}

function at(user: string | undefined): string {
  return user === undefined ? '' : `${user}@`;
}

function parseSsh(text: string, rest: string): SshAddress {
  const { user, host: hostAndPort } = splitUser(text, rest.replace(/\/$/, ''));
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(hostAndPort);
  if (match === null) throw wrong(text, `${JSON.stringify(hostAndPort)} is no host name with or without a port`);
  const [, bracketed, name, portText] = match;
  const host = bracketed ?? name ?? '';
  if (!(bracketed === undefined ? HOST_NAME : IPV6).test(host)) {
    throw wrong(text, `${JSON.stringify(host)} is no host name${bracketed === undefined ? '' : ' in brackets'}`);
  }
  const port = portText === undefined ? undefined : Number(portText);
  if (port !== undefined && (port < 1 || port > HIGHEST_PORT)) throw wrong(text, `there is no port ${String(port)}`);
  return { kind: 'ssh', host, user, port };
}

function parseContainer(text: string, kind: 'podman' | 'docker', rest: string): HostAddress {
  const { user, host: container } = splitUser(text, rest);
  if (!CONTAINER.test(container)) throw wrong(text, `${JSON.stringify(container)} is no name or id of a container`);
  return { kind, container, user };
}

function parsePid(text: string, rest: string): HostAddress {
  const pid = /^\d{1,7}$/.test(rest) ? Number(rest) : 0;
  if (pid < 1 || pid > HIGHEST_PID) throw wrong(text, `${JSON.stringify(rest)} is no process id`);
  return { kind: 'nsenter', pid };
}

/** `image:///srv/x`, `image:/srv/x` and `image:x`: what two slashes begin is a host in other addresses, and none is meant. */
function parsePath(text: string, rest: string): string {
  const path = rest.startsWith('//') ? rest.slice(2) : rest;
  if (rest.startsWith('//') && !path.startsWith('/')) {
    throw wrong(text, `after // a path begins with a third slash; a relative one is written without them`);
  }
  if (path === '' || path.includes('\0')) throw wrong(text, 'the path is missing');
  return path;
}

function afterSlashes(text: string, rest: string): string {
  if (!rest.startsWith('//')) throw wrong(text, 'two slashes follow the scheme');
  return rest.slice(2);
}

function splitUser(text: string, rest: string): { readonly user: string | undefined; readonly host: string } {
  const position = rest.lastIndexOf('@');
  if (position < 0) return { user: undefined, host: rest };
  const user = rest.slice(0, position);
  if (user.includes(':')) throw wrong(text, 'a password has no place in an address: other users can see it');
  if (!USER.test(user)) throw wrong(text, `${JSON.stringify(user)} is no user name`);
  return { user, host: rest.slice(position + 1) };
}

function wrong(text: string, why: string): HostError {
  return new HostError('address', `${JSON.stringify(text)} is not the address of a machine: ${why}.`, {
    hint: EXAMPLES,
  });
}
