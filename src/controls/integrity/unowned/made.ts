import type { StatResult } from '../../../host/host.ts';
import { matchesAny } from '../../../core/path-pattern.ts';

/** Why a path of no package is there all the same: the script of some package makes it. */
interface MadeFile {
  readonly why: string;
  readonly patterns: readonly string[];
}

/** What programs write next to what packages ship, by who says so. */
const MADE_FILES: readonly MadeFile[] = [
  { why: 'depmod(8)', patterns: ['/usr/lib/modules/*/modules.*'] },
  {
    why: 'dkms(8)',
    patterns: ['/usr/lib/modules/*/updates/dkms/*', '/usr/lib/modules/*/updates/dkms', '/usr/lib/modules/*/updates'],
  },
  { why: 'locale-gen(8)', patterns: ['/usr/lib/locale/locale-archive'] },
  { why: 'iconvconfig(8)', patterns: ['/usr/lib/*/gconv/gconv-modules.cache', '/usr/lib/gconv/gconv-modules.cache'] },
  { why: 'gdk-pixbuf-query-loaders(1)', patterns: ['/usr/lib/*/gdk-pixbuf-2.0/*/loaders.cache'] },
  {
    why: 'gtk-query-immodules(1)',
    patterns: ['/usr/lib/*/gtk-2.0/*/immodules.cache', '/usr/lib/*/gtk-3.0/*/immodules.cache'],
  },
  { why: 'gio-querymodules(1)', patterns: ['/usr/lib/*/gio/modules/giomodule.cache'] },
  { why: 'systemd-hwdb(8)', patterns: ['/usr/lib/udev/hwdb.bin'] },
  {
    why: 'java -Xshare:dump (java(1))',
    patterns: ['/usr/lib/jvm/*/lib/server/classes*.jsa', '/usr/lib/jvm/*/jre/lib/*/server/classes*.jsa'],
  },
];
const MAKERS = MADE_FILES.map(({ why, patterns }) => ({ why, makes: matchesAny(patterns) }));

/** A compiled module and the source beside its folder (PEP 3147). */
const COMPILED = /^(.*)\/__pycache__\/([^/]+?)\.[^/.]+(?:\.opt-[12])?\.pyc$/;
const CACHE = /\/__pycache__$/;
/** A name in that folder, and no way out of it. */
const ALTERNATIVE = /^\/etc\/alternatives\/(?!\.{1,2}$)[^/]+$/;
/** ldconfig(8) makes the name that programs ask for (`libx.so.1`) a link to the file beside it (`libx.so.1.2.3`). */
const SONAME = /\.so\.[0-9.]+$/;

const BY_PYTHON = 'py3compile(1)';

/** Who makes a path, judged by its name; `undefined` where nobody is known to. */
export function makerOfName(path: string, owned: ReadonlySet<string>): string | undefined {
  const [, folder, module] = COMPILED.exec(path) ?? [];
  if (folder !== undefined && module !== undefined && owned.has(`${folder}/${module}.py`)) return BY_PYTHON;
  return MAKERS.find(({ makes }) => makes(path))?.why;
}

/** Whether a folder is there for what py3compile(1) puts into it, and so is nothing of its own. */
export function isCache(path: string): boolean {
  return CACHE.test(path);
}

/** Who makes a link, judged by where it leads. */
export function makerOfLink(path: string, stat: StatResult, owned: ReadonlySet<string>): string | undefined {
  if (stat.kind !== 'stat' || stat.target === undefined) return undefined;
  if (ALTERNATIVE.test(stat.target)) return 'update-alternatives(1)';
  const folder = path.slice(0, path.lastIndexOf('/'));
  const name = path.slice(folder.length + 1);
  const isSoname = SONAME.test(name) && !stat.target.includes('/') && stat.target.startsWith(name);
  return isSoname && owned.has(`${folder}/${stat.target}`) ? 'ldconfig(8)' : undefined;
}
