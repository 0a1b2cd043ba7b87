export { openAdvisoryIndex } from './advisory-index.ts';
export { openDatabase } from './database.ts';
export { download } from './download.ts';
export { forgetSource, syncSource, type SyncResult } from './sync.ts';
