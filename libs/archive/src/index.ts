export { openArchive, type OpenArchiveOptions } from './open-archive.ts';
export { readArchive, type ArchiveCodec } from './read-archive.ts';
