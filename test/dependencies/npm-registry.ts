/** A registry of npm's on loopback with packages of the test's own: nothing is asked of anybody else. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md: one document a package, one archive a version. */
export class NpmRegistry {
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'freehold-registry-'));
  readonly #packages: readonly NpmPackage[];
  #server: Server | undefined;

  constructor(packages: readonly NpmPackage[]) {
    this.#packages = packages;
    for (const one of packages) this.#pack(one);
  }

  /** Its address, once it listens. */
  async open(): Promise<string> {
    const server = createServer((request, response) => {
      const path = decodeURIComponent((request.url ?? '/').slice(1));
      const body = path.endsWith('.tgz') ? this.#archive(path) : this.#document(path, request.headers.host ?? '');
      response.statusCode = body === undefined ? 404 : 200;
      response.setHeader('content-type', path.endsWith('.tgz') ? 'application/octet-stream' : 'application/json');
      response.end(body ?? '{}');
    });
    this.#server = server;
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    return `http://127.0.0.1:${String(typeof address === 'object' ? address?.port : 0)}/`;
  }

  close(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #pack(one: NpmPackage): void {
    const folder = join(this.#folder, 'package');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify(one));
    writeFileSync(join(folder, 'index.js'), `module.exports = '${one.version}';\n`);
    spawnSync('tar', ['-czf', join(this.#folder, fileOf(one)), '-C', this.#folder, 'package']);
    rmSync(folder, { recursive: true });
  }

  #archive(path: string): Buffer | undefined {
    const one = this.#packages.find((other) => path.endsWith(`/${fileOf(other)}`));
    return one === undefined ? undefined : readFileSync(join(this.#folder, fileOf(one)));
  }

  #document(name: string, host: string): string | undefined {
    const versions = this.#packages.filter((one) => one.name === name);
    const last = versions.at(-1);
    if (last === undefined) return undefined;
    const described = versions.map((one) => {
      const bytes = readFileSync(join(this.#folder, fileOf(one)));
      const dist = {
        tarball: `http://${host}/${name}/-/${fileOf(one)}`,
        integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
        shasum: createHash('sha1').update(bytes).digest('hex'),
      };
      return [one.version, { ...one, dist }] as const;
    });
    const time = Object.fromEntries(versions.map(({ version }) => [version, '2020-01-01T00:00:00.000Z']));
    const tags = { latest: last.version };
    return JSON.stringify({ name, 'dist-tags': tags, versions: Object.fromEntries(described), time });
  }
}

function fileOf({ name, version }: NpmPackage): string {
  return `${name.replace('/', '-').replace('@', '')}-${version}.tgz`;
}
