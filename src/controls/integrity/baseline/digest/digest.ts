/** What became of reading one file. */
export type FileDigest =
  | { readonly kind: 'digest'; readonly sha256: string }
  /** It was there when the trees were walked. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'unread'; readonly reason: string };
