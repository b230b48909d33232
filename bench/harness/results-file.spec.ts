import { expect, test } from '@jest/globals';
import { withSection } from './results-file.ts';

const page = '# Results\n\nHow.\n\n## first\n\nold\n\n## second\n\nkept\n';

test('a new run replaces the section of its bench and leaves the others alone', () => {
  expect(withSection(page, 'first', '## first\n\nnew\n')).toBe(
    '# Results\n\nHow.\n\n## first\n\nnew\n\n## second\n\nkept\n',
  );
});

test('a bench that was never run gets a section at the end', () => {
  expect(withSection(page, 'third', '## third\n\nnew\n')).toBe(`${page}\n## third\n\nnew\n`);
});
