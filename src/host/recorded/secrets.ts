/**
 * What a recording never holds, in one place: files whose content is withheld by name, content that is withheld whatever the
 * file is called, and lines that are blotted out. Names and modes are kept: that /etc/shadow is readable by everyone is a
 * finding, what is in it is nobody's business. docs/recordings.md repeats this list for users, and a test compares the two.
 */

/** Files that are never read; `*` stands for any characters of one name, `**` for any folders, letters of either case. */
export interface SecretFiles {
  readonly what: string;
  readonly files: readonly string[];
  /** Files of the same folders that hold no secret. */
  readonly except?: readonly string[];
}

export const SECRET_FILES: readonly SecretFiles[] = [
  {
    what: 'password hashes (shadow(5), gshadow(5), pam_unix(8)), with their backups',
    files: ['**/etc/*shadow*', '**/backups/*shadow*', '**/etc/tcb/**', '**/etc/security/opasswd*', '**/etc/opasswd*'],
  },
  {
    what: 'private keys, keystores and password safes, by the usual endings',
    files: ['key', 'p12', 'pfx', 'jks', 'keystore', 'keytab', 'ppk', 'kdbx', 'gpg-key', 'age'].map(
      (ending) => `**/*.${ending}`,
    ),
  },
  { what: 'host keys of sshd(8)', files: ['**/ssh_host_*_key'] },
  {
    what: 'keys of people for ssh',
    files: ['**/.ssh/**'],
    except: ['**/.ssh/*.pub', '**/.ssh/authorized_keys*', '**/.ssh/known_hosts*', '**/.ssh/config'],
  },
  {
    what: 'private keys of TLS, IPsec, VPNs and disks',
    files: [
      '**/ssl/private/**',
      '**/pki/**/private/**',
      '**/letsencrypt/**/privkey*',
      '**/letsencrypt/accounts/**',
      '**/ipsec.d/private/**',
      '**/ipsec.secrets*',
      '**/swanctl/private/**',
      '**/etc/wireguard/**',
      '**/etc/openvpn/**',
      '**/cryptsetup-keys.d/**',
      '**/crypto_keyfile*',
      '**/*.netdev',
    ],
  },
  {
    what: 'Kerberos: keytabs, tickets, the database of a KDC',
    files: ['**/krb5.keytab*', '**/krb5cc*', '**/krb5kdc/**', '**/.k5login.key'],
  },
  {
    what: 'passwords of networks',
    files: [
      '**/NetworkManager/system-connections/**',
      '**/wpa_supplicant*/**',
      '**/wpa_supplicant*.conf',
      '**/hostapd*/**',
      '**/hostapd*.conf',
      '**/lib/iwd/**',
      '**/etc/netplan/**',
      '**/run/netplan/**',
      '**/etc/network/interfaces',
      '**/etc/network/interfaces.d/**',
      '**/etc/ppp/**',
    ],
  },
  {
    what: 'passwords of services and directories',
    files: [
      '**/sssd/**/*.conf',
      '**/*ldap*.secret',
      '**/ldap*.conf',
      '**/nslcd.conf',
      '**/samba/private/**',
      '**/samba/**/*.tdb',
      '**/*smbcredentials*',
      '**/mysql/debian.cnf',
      '**/.my.cnf',
      '**/.pgpass',
      '**/.netrc',
      '**/sasl_passwd*',
      '**/*htpasswd*',
      '**/*.env',
      '**/.env',
    ],
  },
  {
    what: 'what a cloud gave the machine at birth',
    files: ['**/lib/cloud/**', '**/run/cloud-init/**', '**/etc/cloud/**', '**/lib/waagent/**'],
  },
  {
    what: 'credentials of systemd and of container engines',
    files: [
      '**/credstore*/**',
      '**/run/credentials/**',
      '**/systemd/credential.secret',
      '**/random-seed',
      '**/.docker/config.json',
      '**/containers/auth.json',
      '**/.dockercfg',
      '**/run/secrets/**',
      '**/etc/kubernetes/**',
      '**/.kube/**',
      '**/kubelet/pki/**',
      '**/rancher/**',
    ],
  },
  {
    what: 'credentials of people',
    files: [
      '**/.gnupg/**',
      '**/.aws/**',
      '**/.azure/**',
      '**/.config/gcloud/**',
      '**/.git-credentials',
      '**/.password-store/**',
      '**/.local/share/keyrings/**',
      '**/.*history',
      '**/.npmrc',
      '**/.pypirc',
    ],
  },
  {
    what: 'memory, environments and arguments of processes',
    files: [
      '/proc/*/environ',
      '/proc/*/task/*/environ',
      '/proc/*/cmdline',
      '/proc/*/task/*/cmdline',
      '/proc/*/mem',
      '/proc/*/task/*/mem',
      '/proc/kcore',
    ],
  },
  {
    what: 'keys and seeds of the kernel',
    files: [
      '/proc/sys/net/ipv6/conf/*/stable_secret',
      '/proc/sys/net/ipv4/tcp_fastopen_key',
      '/proc/sys/kernel/random/uuid',
    ],
  },
  {
    what: 'what identifies a machine and should be kept to it (machine-id(5))',
    files: ['**/etc/machine-id', '**/lib/dbus/machine-id', '/proc/sys/kernel/random/boot_id', '**/product_uuid'],
  },
];

/** Content that is withheld wherever it is found, in files and in what programs say. Applied to bytes as Latin-1. */
export interface SecretContent {
  readonly what: string;
  readonly pattern: RegExp;
}

export const SECRET_CONTENT: readonly SecretContent[] = [
  {
    what: 'a private key in PEM (RFC 7468) or PGP armour',
    pattern: /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY( BLOCK)?-----/,
  },
  { what: 'a private key of PuTTY', pattern: /^PuTTY-User-Key-File-/m },
  { what: 'a secret key of age', pattern: /AGE-SECRET-KEY-1/ },
  { what: 'a keytab', pattern: /^\x05[\x01\x02]/ },
  {
    what: 'a password hash (crypt(5)) behind a name',
    pattern: /^[^\s:]{1,256}:[!*]{0,2}\$[0-9A-Za-z-]{1,16}\$[^\s:]{8}/m,
  },
  {
    what: 'a password hash of DES behind a name (shadow(5))',
    pattern: /^[^\s:]{1,256}:[./0-9A-Za-z]{13}:(?:\d*:){3}/m,
  },
  {
    what: 'a private key of WireGuard',
    pattern: /^\s{0,16}(?:PrivateKey|PresharedKey)\s{0,16}=\s{0,16}[+/0-9A-Za-z]{43}=/m,
  },
  { what: 'a hash of a GRUB password', pattern: /grub\.pbkdf2\.sha512\.\d{1,10}\.[0-9A-Fa-f]{8}/ },
  {
    what: 'a password on the kernel command line',
    pattern: /\b(?:rd\.iscsi\.(?:in\.)?password|systemd\.set_credential(?:_binary)?)=/,
  },
];

/** Lines whose secret is replaced so that the rest of the file can be judged. */
export interface Redaction {
  readonly what: string;
  readonly files: readonly string[];
  readonly pattern: RegExp;
  /** `$1` is what stays. */
  readonly replacement: string;
}

/** What stands where a secret stood. */
const BLOT = 'withheld-by-freehold';

export const REDACTIONS: readonly Redaction[] = [
  {
    // GRUB manual, "password" and "password_pbkdf2": user, then the password or its hash.
    what: 'GRUB passwords',
    files: ['**/grub/*', '**/grub2/*', '**/grub.d/*', '**/default/grub', '**/loader/entries/*'],
    pattern: /^([ \t]*password(?:_pbkdf2)?[ \t]+(?:--md5|\S+))[ \t]+\S.*$/gm,
    replacement: `$1 ${BLOT}`,
  },
  {
    // GRUB Legacy's menu.lst: the password alone.
    what: 'GRUB passwords',
    files: ['**/grub/*', '**/grub2/*'],
    pattern: /^([ \t]*password)[ \t]+\S+[ \t]*$/gm,
    replacement: `$1 ${BLOT}`,
  },
  {
    // grub2-setpassword(8) writes user.cfg.
    what: 'GRUB passwords',
    files: ['**/grub/*', '**/grub2/*'],
    pattern: /^([ \t]*GRUB2?_PASSWORD=).*$/gm,
    replacement: `$1${BLOT}`,
  },
  {
    // mount.cifs(8), "password" and its other names.
    what: 'passwords in mount options',
    files: ['**/etc/fstab', '**/etc/fstab.d/*', '**/*.mount', '**/auto.*'],
    pattern: /((?:^|[,\s=])(?:password2?|pass|passwd)=)[^,\s]+/gm,
    replacement: `$1${BLOT}`,
  },
  {
    // sources.list(5) and apt-transport-http(1): user and password, or a token alone, before the host of a repository or proxy.
    what: 'passwords in addresses of repositories',
    files: ['**/etc/apt/**'],
    pattern: /(:\/\/)[^\s@/"]+@/g,
    replacement: `$1${BLOT}@`,
  },
];
