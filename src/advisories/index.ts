export { openAdvisoryIndex } from './advisory-index.ts';
export { AdvisoryStore, type SourceResult } from './store.ts';
export type { SyncResult } from './sync.ts';
