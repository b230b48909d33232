// Reference page: every code that an answer can carry.
const STATUS_OF_KIND = { state: 409, content: 422, missing: 404 };

const table = (head, rows) =>
  [
    `| ${head.join(' | ')} |`,
    `| ${head.map(() => '---').join(' | ')} |`,
    ...rows.map((row) => `| ${row.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`),
    '',
  ].join('\n');

const byCode = ([a], [b]) => (a < b ? -1 : 1);

/** `edgeProblems`: code -> [status, title, remedy]; `engineCodes`: code -> meaning; `rejections`: code -> {kind, meaning}. */
export function rejectionsPage({ rejections, engineCodes, edgeProblems }) {
  const domain = Object.entries(rejections)
    .sort(byCode)
    .map(([code, { kind, meaning }]) => [`\`${code}\``, STATUS_OF_KIND[kind], kind, meaning]);
  const edge = Object.entries(edgeProblems)
    .sort(byCode)
    .map(([code, [status, title, remedy]]) => [
      `\`${code}\``,
      status,
      code in engineCodes ? 'engine' : 'edge',
      title.endsWith('.') ? title : `${title}.`,
      remedy,
    ]);
  return [
    '# Refusals',
    '',
    'Every code that an answer can carry, as `code` of the problem and as the last part of its `type`. A code never',
    'changes its meaning; new ones may come. The kind says what the caller has to change: the moment (`state`, 409), what',
    'the command says (`content`, 422), or the address (`missing`, 404).',
    '',
    '## By the rules of the domain',
    '',
    'Nothing was appended. Refusals of kind `state` carry `currentStatus` and `allowedCommands`. `unknown-sku` answers 422',
    'where an order is placed: there it is the content that is wrong.',
    '',
    table(['code', 'status', 'kind', 'meaning'], domain),
    '## By the engine and its edge',
    '',
    'Nothing was appended here either.',
    '',
    table(['code', 'status', 'by', 'meaning', 'remedy'], edge),
  ].join('\n');
}
