export { searchGeneration } from './indices.ts';
export { openSearchViews, searchClient, type SearchViews, type SearchViewsOptions } from './search-views.ts';
export { searchReader, type SearchReaderOptions } from './view-reader.ts';
