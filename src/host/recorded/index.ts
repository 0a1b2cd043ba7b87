export { packRecording } from './pack.ts';
export { type Recorder, recordHost } from './record.ts';
export { isTaken, saveFile } from './save.ts';
