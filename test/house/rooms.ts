/** How much of another room may be used: its types, which vanish at run time, or everything. */
export type Access = 'types' | 'everything';

export interface Room {
  /** What it may import from which other room, or from which one file of it. */
  readonly imports: Readonly<Record<string, Access>>;
  /** Packages of the npm registry. */
  readonly packages: readonly string[];
  /** Pure rooms reach neither the machine nor the clock nor chance. */
  readonly isPure: boolean;
}

/** The table of the rooms, ground floor first. A room that isn't here can't be imported from, nor import. */
export const ROOMS: ReadonlyMap<string, Room> = new Map<string, Room>(
  Object.entries({
    // The shell host's script ships as a file of its own.
    host: { imports: { 'core/assets.ts': 'everything' }, packages: [], isPure: false },
    core: { imports: { host: 'types' }, packages: ['yaml', 'zod'], isPure: true },
    // Whose signature counts, and on what: asked by the domain, by `freehold verify` and by evidence.
    signatures: {
      imports: { core: 'everything' },
      packages: ['@sigstore/bundle', '@sigstore/protobuf-specs', '@sigstore/verify', 'openpgp', 'zod'],
      isPure: true,
    },
    // What AppArmor's policies, logs and compiled automata mean: asked by the domain and by `freehold confine` alike.
    apparmor: { imports: { core: 'everything' }, packages: ['zod'], isPure: true },
    controls: {
      imports: { core: 'everything', host: 'types', signatures: 'everything', apparmor: 'everything' },
      packages: ['ae-cvss-calculator', 'js-yaml', 'packageurl-js', 'semver', 'smol-toml', 'zod'],
      isPure: true,
    },
    // What an advisory says is read by the domain that judges by it.
    advisories: { imports: { core: 'everything', controls: 'everything' }, packages: ['yauzl', 'zod'], isPure: false },
    // What package managers would do is asked for, and shown and made as the domain's remedies.
    upgrades: {
      imports: { core: 'everything', host: 'types', controls: 'everything' },
      packages: ['semver', 'zod'],
      isPure: false,
    },
    // Has policies compiled, reads logs and policies where they lie, and brings profiles into force.
    confinement: {
      imports: { core: 'everything', host: 'types', apparmor: 'everything', controls: 'everything' },
      packages: ['zod'],
      isPure: false,
    },
    blueprint: { imports: { core: 'everything', controls: 'everything' }, packages: ['yaml', 'zod'], isPure: false },
    engine: {
      imports: {
        core: 'everything',
        blueprint: 'everything',
        host: 'everything',
        'controls/index.ts': 'everything',
      },
      packages: ['zod'],
      isPure: false,
    },
    // Reads files once, and says whether they are what a pinned key signed.
    verification: {
      imports: { core: 'everything', signatures: 'everything' },
      packages: ['zod'],
      isPure: false,
    },
    evidence: { imports: { core: 'everything', signatures: 'everything' }, packages: ['zod'], isPure: false },
    report: { imports: { core: 'everything' }, packages: ['zod'], isPure: true },
    risk: { imports: { core: 'everything' }, packages: ['zod'], isPure: false },
    fleet: {
      imports: {
        host: 'everything',
        core: 'everything',
        blueprint: 'everything',
        engine: 'everything',
        report: 'everything',
      },
      packages: ['zod'],
      isPure: false,
    },
    cli: {
      imports: {
        fleet: 'everything',
        host: 'everything',
        core: 'everything',
        controls: 'everything',
        advisories: 'everything',
        upgrades: 'everything',
        apparmor: 'everything',
        confinement: 'everything',
        blueprint: 'everything',
        engine: 'everything',
        signatures: 'everything',
        verification: 'everything',
        evidence: 'everything',
        report: 'everything',
        risk: 'everything',
      },
      packages: ['commander', 'yaml', 'zod'],
      isPure: false,
    },
  }),
);

/** The one file of a pure room that reads: the data that ships with Freehold, which is as constant as its code. */
export const READS_SHIPPED_DATA = 'src/core/assets.ts';

/** Node's modules that compute and nothing else; all others are I/O, a clock or chance. */
export const PURE_BUILTINS: ReadonlySet<string> = new Set([
  'node:assert',
  'node:assert/strict',
  'node:buffer',
  'node:path',
  'node:path/posix',
  'node:string_decoder',
  'node:url',
  'node:util',
]);

/** What is pure of a module that isn't: digests and unpacking depend on nothing but their input. */
export const PURE_NAMES: ReadonlyMap<string, readonly string[]> = new Map([
  ['node:crypto', ['KeyObject', 'createHash', 'createPublicKey', 'hash', 'verify']],
  ['node:zlib', ['gunzipSync', 'inflateRawSync', 'inflateSync']],
]);

/** Scripts of a printed page: they run in a browser and stand alone there. */
export const BROWSER_SCRIPT = /\.browser\.js$/;

/** The files of a domain that may speak to a machine, and so know {@link HOST_INTERFACE} by name. */
export const OBSERVERS = /\/(?:observe|index)\.ts$/;
export const HOST_INTERFACE = { path: 'src/host/host.ts', name: 'Host' } as const;

/** Files of a domain that may not, by whatever way, load one that observes. */
export const JUDGES = /(?:^|[/-])judge\.ts$/;
export const OBSERVE_FILE = /\/observe\.ts$/;
