/** Reads a `.list` of dpkg: every path of a package, folders too, one a line; the root is `/.`. */
export function parseFileList(text: string): readonly string[] {
  return text.split('\n').filter((path) => path.startsWith('/') && path !== '/.');
}
