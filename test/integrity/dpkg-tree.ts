/** Trees that look as if dpkg had installed something there, with things that happen to them afterwards. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Numbers that look like chance and are the same for the same seed (mulberry32). */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

export interface TreeOptions {
  readonly seed: number;
  /** dpkg gives up at the first folder in the place of a file. */
  readonly hasFolders: boolean;
  /** debsums takes a diversion's names apart at blanks. */
  readonly names: readonly string[];
}

export interface DpkgTree {
  readonly packages: readonly string[];
}

const FOLDERS = ['usr/bin', 'usr/lib/x86_64-linux-gnu', 'usr/share/doc', 'opt/it'];
const ODD_EVERY = 3;
const KINDS = ['kept', 'kept', 'kept', 'changed', 'removed', 'linked', 'dangling', 'astray', 'folder'] as const;

/** Makes a tree in a folder that is there and empty. */
export function makeDpkgTree(root: string, { seed, hasFolders, names }: TreeOptions): DpkgTree {
  const random = randomFrom(seed);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const status: string[] = [];
  const diversions: string[] = [];
  const packages: string[] = [];
  const info = 'var/lib/dpkg/info';
  write(`${info}/format`, '1\n');
  mkdirSync(join(root, 'var/lib/dpkg/updates'));
  write('etc/dpkg/dpkg.cfg.d/excludes', '# left out\npath-exclude=/usr/share/doc/*\npath-include /usr/share/doc/*0*\n');

  for (let index = 0; index < 4 + random(4); index += 1) {
    const name = `package${String(index)}`;
    const isSame = random(3) === 0;
    const label = isSame ? `${name}:amd64` : name;
    packages.push(label);
    const files = Array.from({ length: 2 + random(8) }, (_, at) => {
      const base = random(ODD_EVERY) === 0 ? (names[random(names.length)] ?? '') : 'file';
      return `${FOLDERS[random(FOLDERS.length)] ?? ''}/${base}${String(index)}${String(at)}`;
    });
    const folders = [...new Set(files.map((path) => dirname(path)))];
    const link = `usr/lib/link${String(index)}`;
    const conffiles = Array.from({ length: random(4) }, (_, at) => `etc/${name}-${String(at)}.conf`);
    const sums: string[] = [];
    for (const path of files) {
      const text = `${path} as shipped\n`;
      sums.push(`${digest(text)}  ${path}`);
      const diversion = random(10);
      const isDiverted = diversion < 2 && !path.includes(' ');
      if (isDiverted) diversions.push(`/${path}`, `/${path}.elsewhere`, diversion === 0 ? ':' : 'another');
      happen(isDiverted ? `${path}.elsewhere` : path, text);
    }
    // The package before has shipped this one too, and may be replaced by this one.
    if (index > 0 && random(2) === 0) {
      const path = `usr/lib/shared${String(index)}`;
      files.push(path);
      write(path, `${path} of ${name}`);
      sums.push(`${digest(`${path} of ${name}`)}  ${path}`);
      append(`${info}/${packages.at(-2) ?? ''}.md5sums`, `${digest('older')}  ${path}\n`);
    }
    mkdirSync(join(root, 'usr/lib'), { recursive: true });
    if (random(4) > 0) symlinkSync('nowhere', join(root, link));
    const noted = conffiles.map((path) => {
      const text = `${path} as shipped\n`;
      happen(path, text);
      return ` /${path} ${digest(text)}${random(4) === 0 ? ' obsolete' : ''}`;
    });
    const list = ['/.', ...folders, ...files, link, ...conffiles].map((path) => (path === '/.' ? path : `/${path}`));
    write(`${info}/${label}.list`, `${list.join('\n')}\n`);
    write(`${info}/${label}.md5sums`, sums.map((line) => `${line}\n`).join(''));
    if (conffiles.length > 0) write(`${info}/${label}.conffiles`, conffiles.map((path) => `/${path}\n`).join(''));
    status.push(
      [
        `Package: ${name}`,
        'Status: install ok installed',
        'Maintainer: nobody <nobody@example.org>',
        'Architecture: amd64',
        ...(isSame ? ['Multi-Arch: same'] : []),
        'Version: 1.0',
        ...(index > 0 ? [`Replaces: package${String(index - 1)}`] : []),
        ...(noted.length > 0 ? ['Conffiles:', ...noted] : []),
        'Description: made up',
        '',
      ].join('\n'),
    );
  }
  write('var/lib/dpkg/status', `${status.join('\n')}\n`);
  write('var/lib/dpkg/diversions', diversions.map((line) => `${line}\n`).join(''));
  return { packages };

  function append(path: string, text: string): void {
    writeFileSync(join(root, path), text, { flag: 'a' });
  }

  /** What becomes of a file after it was installed. */
  function happen(path: string, text: string): void {
    const kind = KINDS[random(KINDS.length)];
    write(path, kind === 'changed' ? `${text}and more` : text);
    const place = join(root, path);
    if (kind === undefined || kind === 'kept' || kind === 'changed') return;
    rmSync(place);
    if (kind === 'folder') {
      if (hasFolders) mkdirSync(place);
    } else if (kind === 'dangling') symlinkSync('nowhere', place);
    else if (kind === 'linked' || kind === 'astray') {
      const beside = `${path}.real`;
      write(beside, kind === 'linked' ? text : 'something else');
      if (!existsSync(place)) symlinkSync(beside.slice(beside.lastIndexOf('/') + 1), place);
    }
  }
}

function digest(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
