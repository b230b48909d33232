// Reference page: every lifecycle as a picture and as tables.

const whenText = (when) =>
  Object.entries(when)
    .map(([region, statuses]) => `${region} is ${statuses.join(' or ')}`)
    .join(' and ');

/** Ways out of one status, those that lead to the same place under the same condition together. */
function waysOf(ways) {
  const found = new Map();
  for (const [symbol, way] of Object.entries(ways)) {
    const target = typeof way === 'string' ? way : way.target;
    const when = typeof way === 'string' ? '' : whenText(way.when);
    const key = `${target} ${when}`;
    if (!found.has(key)) found.set(key, { target, when, symbols: [] });
    found.get(key).symbols.push(symbol);
  }
  return [...found.values()];
}

const edgeText = (from, { target, when, symbols }) =>
  `    ${from} --> ${target}: ${symbols.map((symbol) => symbol.replace(':', ' ')).join(', ')}${when ? ` [${when}]` : ''}`;

/** Mermaid knows no two states of one name, so every state says its region, and shows its name alone. */
function picture(name, { initial, statuses }) {
  const id = (status) => `${name}_${status}`;
  const lines = ['```mermaid', 'stateDiagram-v2'];
  for (const status of Object.keys(statuses)) lines.push(`    state "${status}" as ${id(status)}`);
  lines.push(`    [*] --> ${id(initial)}`);
  for (const [status, ways] of Object.entries(statuses))
    for (const way of waysOf(ways)) lines.push(edgeText(id(status), { ...way, target: id(way.target) }));
  return [...lines, '```', ''].join('\n');
}

const table = (head, rows) =>
  [`| ${head.join(' | ')} |`, `| ${head.map(() => '---').join(' | ')} |`, ...rows, ''].join('\n');

const codes = (names) => names.map((name) => `\`${name}\``).join(', ');

function regionSection(name, region) {
  const rows = Object.entries(region.statuses).flatMap(([status, ways]) => {
    const out = waysOf(ways);
    if (out.length === 0) return [`| ${status} | nothing | | |`];
    return out.map(({ target, when, symbols }) => `| ${status} | ${codes(symbols)} | ${when} | ${target} |`);
  });
  return [
    `### ${name}`,
    '',
    picture(name, region),
    table(['in', 'may follow', 'while', 'then in'], rows),
  ].join('\n');
}

const duration = (name) => `policy \`${name}\``;

const deadlineRow = ({ name, starts, while: when, after, command, atMost }) =>
  `| ${name} | ${codes(starts)} | ${whenText(when)} | ${duration(after)} | \`${command}\` | ${atMost ? duration(atMost) : 'once'} |`;

function lifecycleSection({ definition, hash, statuses, symbols, deadlines }) {
  return [
    `## ${definition.name}, version ${definition.version}`,
    '',
    `\`${definition.name}@${definition.version}#${hash}\`: ${statuses.length} combinations of statuses can be reached, by ${symbols.size} symbols.`,
    '',
    ...Object.entries(definition.regions).map(([name, region]) => regionSection(name, region)),
    '### Deadlines',
    '',
    table(
      ['deadline', 'starts with', 'lasts while', 'due after', 'then the engine sends', 'how often'],
      deadlines.map(deadlineRow),
    ),
  ].join('\n');
}

function commandsSection(commands) {
  const rows = Object.entries(commands)
    .filter(([, { gate }]) => gate.length > 0)
    .map(
      ([type, { gate, emits, internal, mayRefuse }]) =>
        `| \`${type}\` | ${codes(gate)} | ${codes(emits)} | ${mayRefuse ? 'yes' : 'no'} | ${internal ? 'the engine' : 'callers'} |`,
    );
  return [
    '## Commands',
    '',
    'A command is legal while one of its symbols may follow; `explain` and every 409 list exactly those. The others are',
    '`PlaceOrder`, which makes the order, and what stock answers, which may come at any time.',
    '',
    table(
      ['command', 'legal while this may follow', 'becomes', 'may be refused for what it says', 'sent by'],
      rows,
    ),
  ].join('\n');
}

/** Lifecycles as the domain compiles them, and its commands with their gates. */
export const lifecyclesPage = (lifecycles, commands) =>
  [
    '# Lifecycles',
    '',
    "A lifecycle is the grammar of an order's legal histories. Its regions run side by side, and an order is in one status",
    'of each. What may follow is named by event types; `:last` where the event completes its kind (all units shipped, all',
    "refunds back). An event that several regions know moves all of them. The tenant's stream holds every lifecycle as",
    'data, and each order names the one that it follows to its end.',
    '',
    '`StatusOverridden:region.status` is a transition that an operator may force with `OverrideStatus`; what is not drawn cannot be',
    'forced. While `hold` is `held`, nothing is picked or shipped. Both are explained in [acting on an order](../how-to/act-on-an-order.md).',
    '',
    ...lifecycles.map(lifecycleSection),
    commandsSection(commands),
  ].join('\n');
