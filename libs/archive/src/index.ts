export { openArchive, type OpenArchiveOptions } from './open-archive.ts';
export { archiveHead, readArchive, type ArchiveCodec } from './read-archive.ts';
