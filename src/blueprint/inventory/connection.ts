import type { Diagnostic } from '../../core/diagnostic.ts';
import { quote, showName } from '../quote.ts';
import type { Mark } from '../source-text.ts';
import { readBecome } from './become.ts';
import type { RosterHost } from './roster.ts';
import { HostSettings, type MarkedText, type SettingsContext } from './settings.ts';
import { readSshArguments } from './ssh-arguments.ts';

/** How a host is reached, as its variables say. */
export interface Connection {
  readonly address: string;
  readonly become?: 'sudo' | 'doas';
  readonly identityFile?: string;
  readonly sshArguments: readonly string[];
  readonly problems: readonly Diagnostic[];
}

/** `ansible.builtin.ssh`, `containers.podman.podman` and the like are the same plugins by their full names. */
const COLLECTION = /^(?:[a-z_][a-z0-9_]*\.){2,}/;
const OVER_SSH: ReadonlySet<string> = new Set(['ssh', 'smart', 'paramiko', 'paramiko_ssh', 'libssh']);
const CONTAINERS: ReadonlyMap<string, 'podman' | 'docker'> = new Map([
  ['podman', 'podman'],
  ['docker', 'docker'],
  ['docker_api', 'docker'],
]);
const WINDOWS: ReadonlySet<string> = new Set(['winrm', 'psrp']);
const NETWORK_DEVICES: ReadonlySet<string> = new Set(['network_cli', 'netconf', 'httpapi', 'grpc']);
const ARGUMENT_VARIABLES = ['ansible_ssh_args', 'ansible_ssh_common_args', 'ansible_ssh_extra_args'];
const PASSWORDS = [
  'ansible_password',
  'ansible_ssh_pass',
  'ansible_ssh_password',
  'ansible_become_password',
  'ansible_become_pass',
  'ansible_ssh_private_key_passphrase',
];
/** What addresses can hold (src/host/address.ts): nothing that looks like an option, nor means anything to a shell. */
const USER = /^[A-Za-z0-9_][A-Za-z0-9._@+-]{0,63}$/;
const HOST = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,252}$/;
const IPV6 = /^(?=.*:)[0-9A-Fa-f:.]{2,45}(?:%[A-Za-z0-9._-]{1,16})?$/;
const CONTAINER = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,252}$/;
const CONTROL_CHARACTER = /[\0-\x1f\x7f]/;
const HIGHEST_PORT = 65_535;

/** Reads a host's connection variables (https://docs.ansible.com/ansible/latest/inventory_guide/connection_details.html). */
export function readConnection(host: RosterHost, context: SettingsContext): Connection {
  return new ConnectionReader(host, new HostSettings(context)).read();
}

class ConnectionReader {
  readonly #host: RosterHost;
  readonly #settings: HostSettings;

  constructor(host: RosterHost, settings: HostSettings) {
    this.#host = host;
    this.#settings = settings;
  }

  read(): Connection {
    const { address: given } = this.#host;
    const kind = given === undefined ? this.#kind() : (/^[a-z]+/.exec(given.text)?.[0] ?? '');
    const isSsh = OVER_SSH.has(kind);
    const ssh = isSsh ? this.#ssh() : { words: [], user: undefined, port: undefined };
    const address = given?.text ?? this.#address(kind, ssh);
    const become = readBecome(this.#settings);
    const key = isSsh ? this.#identityFile() : undefined;
    this.#warnOfPasswords();
    return {
      address,
      ...(become !== undefined && { become }),
      ...(key !== undefined && { identityFile: key }),
      sshArguments: ssh.words,
      problems: this.#settings.found,
    };
  }

  #identityFile(): string | undefined {
    const key = this.#settings.text('ansible_ssh_private_key_file', 'ansible_private_key_file');
    if (key === undefined || key.text === '') return undefined;
    if (!CONTROL_CHARACTER.test(key.text)) return key.text;
    this.#settings.refuse('invalid-value', `${quote(key.text)} is no path of a key.`, { mark: key.mark });
    return undefined;
  }

  #kind(): string {
    const connection = this.#settings.text('ansible_connection');
    return connection === undefined ? 'ssh' : connection.text.replace(COLLECTION, '');
  }

  #address(kind: string, { user: sshUser, port: sshPort }: SshParts): string {
    const mark = this.#settings.written('ansible_connection')?.mark ?? this.#host.mark;
    if (kind === 'local') return 'local';
    const user = this.#settings.text('ansible_user', 'ansible_ssh_user') ?? withMark(sshUser, this.#host.mark);
    const container = CONTAINERS.get(kind);
    if (container !== undefined) return this.#container(container, user);
    const name = this.#settings.text('ansible_host', 'ansible_ssh_host') ?? {
      text: this.#host.name,
      mark: this.#host.mark,
    };
    if (!OVER_SSH.has(kind)) this.#refuseKind(kind, mark);
    else if (!HOST.test(name.text) && !IPV6.test(name.text)) {
      const hint = 'A machine is reached by a name or an address: set ansible_host to it.';
      this.#settings.refuse('invalid-host', `${quote(name.text)} is no host name and no address.`, {
        mark: name.mark,
        hint,
      });
    }
    this.#checkUser(user);
    const port = this.#port() ?? sshPort;
    const shown = name.text.includes(':') ? `[${name.text}]` : name.text;
    const scheme = OVER_SSH.has(kind) ? 'ssh' : kind;
    return `${scheme}://${user === undefined ? '' : `${user.text}@`}${shown}${port === undefined ? '' : `:${port}`}`;
  }

  #container(kind: 'podman' | 'docker', user: MarkedText | undefined): string {
    const name = this.#settings.text('ansible_host', `ansible_${kind}_host`) ?? {
      text: this.#host.name,
      mark: this.#host.mark,
    };
    if (!CONTAINER.test(name.text)) {
      const message = `${quote(name.text)} is no name or id of a container.`;
      this.#settings.refuse('invalid-host', message, { mark: name.mark });
    }
    this.#checkUser(user);
    return `${kind}://${user === undefined ? '' : `${user.text}@`}${name.text}`;
  }

  #refuseKind(kind: string, mark: Mark): void {
    if (WINDOWS.has(kind)) {
      this.#settings.refuse(
        'unsupported-connection',
        `${kind} is a connection to Windows, which is not supported yet.`,
        {
          mark,
        },
      );
      return;
    }
    const isDevice = NETWORK_DEVICES.has(kind);
    const message = isDevice
      ? `${kind} is a connection to a network device; Freehold looks at Linux machines.`
      : `Freehold knows no connection ${quote(kind)}.`;
    const hint = isDevice ? undefined : 'It knows ssh, local, podman and docker.';
    this.#settings.refuse('unsupported-connection', message, { mark, hint });
  }

  #checkUser(user: MarkedText | undefined): void {
    if (user === undefined || USER.test(user.text)) return;
    this.#settings.refuse('invalid-value', `${quote(user.text)} is no user name.`, { mark: user.mark });
  }

  #port(): string | undefined {
    const port = this.#settings.text('ansible_port', 'ansible_ssh_port');
    if (port === undefined) return undefined;
    const number = /^[0-9]{1,5}$/.test(port.text) ? Number(port.text) : 0;
    if (number >= 1 && number <= HIGHEST_PORT) return String(number);
    this.#settings.refuse('invalid-value', `${quote(port.text)} is no port: ports are 1 to ${String(HIGHEST_PORT)}.`, {
      mark: port.mark,
    });
    return undefined;
  }

  #ssh(): SshParts {
    const words: string[] = [];
    let user: string | undefined;
    let port: string | undefined;
    for (const name of ARGUMENT_VARIABLES) {
      const setting = this.#settings.text(name);
      if (setting === undefined) continue;
      const { mark } = setting;
      const result = readSshArguments(setting.text);
      if (result.kind === 'wrong') {
        this.#settings.refuse('invalid-value', `${name} can't be used: ${result.reason}.`, { mark });
        continue;
      }
      const { value } = result;
      words.push(...value.words);
      user ??= value.user;
      port ??= value.port;
      const [first] = value.dropped;
      if (first === undefined) continue;
      const options = value.dropped.map(({ option }) => showName(option)).join(', ');
      this.#settings.warn('ssh-option', `Of ${name}, ${options} is not used: ${first.reason}.`, { mark });
    }
    return { words, user, port };
  }

  #warnOfPasswords(): void {
    for (const name of PASSWORDS) {
      const variable = this.#settings.written(name);
      if (variable === undefined || variable.isEncrypted || variable.value === null || variable.value === '') continue;
      const hint = 'Log in with keys and an agent, as ssh does; take passwords out of files that others can read.';
      this.#settings.warn('password', `${name} is not used: Freehold takes no passwords from inventories.`, {
        mark: variable.mark,
        hint,
      });
    }
  }
}

interface SshParts {
  readonly words: readonly string[];
  readonly user: string | undefined;
  readonly port: string | undefined;
}

function withMark(text: string | undefined, mark: Mark): MarkedText | undefined {
  return text === undefined ? undefined : { text, mark };
}
