export { searchGeneration, type SearchPlace } from './indices.ts';
export { keptViews, type KeptViews } from './kept-views.ts';
export { deleteGivenUp } from './given-up.ts';
export { chunkOperation, documentOperation, type Operation } from './operations.ts';
export { placementRecord } from './placement-record.ts';
export { placedReader } from './placed-reader.ts';
export { foundBy, searchContents, searchHistories } from './search-contents.ts';
export { openSearchViews, searchClient, type SearchViews, type SearchViewsOptions } from './search-views.ts';
export { searchReader, type SearchReader, type SearchReaderOptions } from './view-reader.ts';
