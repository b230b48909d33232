// Reference page: what the order systems that others have written about must prove, and which test holds it.
const table = (head, rows) =>
  [`| ${head.join(' | ')} |`, `| ${head.map(() => '---').join(' | ')} |`, ...rows, ''].join('\n');

const number = (count) => count.toLocaleString('en-US');

const stateOf = ({ notYet, lacks }) => {
  if (notYet !== undefined) return `not yet: ${notYet}`;
  return lacks === undefined ? 'works' : `partly: ${lacks}`;
};

const sizeOf = ({ size }) =>
  size === undefined ? '' : `${number(size.ci)} ${size.of}, full ${number(size.full)}`;

const codes = (names) => names.map((name) => `\`${name}\``).join(', ');

/** Where its test is, and what it is red without: mechanisms by name, or a null control in another room. */
function evidenceOf(statement, tests) {
  const files = [...new Set(tests.map(({ file }) => file))].map(
    (file) => `[${file.split('/').at(-1)}](../../${file})`,
  );
  const elsewhere = tests.some(({ isNullControl }) => isNullControl) ? ['a null control beside it'] : [];
  const without = statement.without === undefined ? [] : [codes(statement.without)];
  return { files: files.join(', '), without: [...without, ...elsewhere].join(', ') };
}

function rowSection([row, { system, statements }], tests) {
  const rows = Object.entries(statements).map(([count, statement]) => {
    const id = `${row}.${count}`;
    const { files, without } = evidenceOf(
      statement,
      tests.filter((one) => one.number === id),
    );
    return `| ${id} | ${statement.says} | ${stateOf(statement)} | ${sizeOf(statement)} | ${without} | ${files} |`;
  });
  return [
    `## ${row}. ${system}`,
    '',
    table(['', 'statement', 'state', 'size', 'red without', 'test'], rows),
  ].join('\n');
}

/** `tests`: those that bear a statement's number. */
export const systemsPage = ({ rows, mechanisms, tests }) =>
  [
    '# Systems and what they must prove',
    '',
    'Engineers of large shops have described how their order systems work and what went wrong with them. Each of these',
    'systems is a row, and each row says in a few statements what a product that wants its place must prove. A statement is',
    'held by the tests that bear its number, or says why it is not there yet; `npm run verify` fails where it is neither.',
    '',
    '`npm test -- systems` runs them at the first size, `npm run test:full -- systems` at the full one. Every test is run without each of its',
    'mechanisms too, and is red there. To see that, take one away: `MUTATE=grammar npm test -- systems/15` fails.',
    '',
    '## Mechanisms',
    '',
    table(
      ['mechanism', 'with it'],
      Object.entries(mechanisms).map(([name, says]) => `| \`${name}\` | ${says} |`),
    ),
    ...Object.entries(rows).map((row) => rowSection(row, tests)),
  ].join('\n');
