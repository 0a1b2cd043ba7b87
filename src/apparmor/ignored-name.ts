/** Endings that packages and editors leave behind (ignored_suffixes of libapparmor's private.c). */
const IGNORED_ENDINGS = [
  '.dpkg-new',
  '.dpkg-old',
  '.dpkg-dist',
  '.dpkg-bak',
  '.dpkg-remove',
  '.pacsave',
  '.pacnew',
  '.rpmnew',
  '.rpmsave',
  '.orig',
  '.rej',
  '~',
];

/** Whether the parser passes over a file of a folder that is included or loaded as a whole. */
export function isIgnoredName(name: string): boolean {
  return (
    name === '' || name.startsWith('.') || name === 'README' || IGNORED_ENDINGS.some((ending) => name.endsWith(ending))
  );
}
