import type { Command } from 'commander';
import type { Json } from '../connection/api.ts';
import { columns } from '../terminal.ts';
import { asking, get } from './asking.ts';
import { type CommonOptions, engineCommand } from './options.ts';
import { eventCells, statusText } from './show-result.ts';

/** Version and instant: what is not recorded has none. */
const PLACE_CELLS = 2;

/** A change, what the order would record, and why it would not. */
const changeLines = ({ changeId, type, outcome, events, rejection }: Json): readonly string[] => [
  `${String(changeId)} ${String(type)}: ${String(outcome)}`,
  ...(rejection === null ? [] : [`  ${String((rejection as Json)['reason'])}`]),
  ...columns((events as readonly Json[]).map((event) => ['', ...eventCells(event).slice(PLACE_CELLS)])),
];

const MONEY = ['total', 'paid', 'reduced', 'outstanding', 'toRefund'] as const;

/** What of the order's money would be another amount. */
const moneyLines = (before: Json, after: Json): readonly string[] => {
  const [was, is] = [before['money'] as Json, after['money'] as Json];
  const currency = String(is['currency']);
  return columns(MONEY.map((name) => [name, String(was[name]), '->', `${String(is[name])} ${currency}`]));
};

const previewLines = (body: Json): readonly string[] => {
  const [before, after] = [body['before'] as Json, body['after'] as Json];
  return [
    `${String(body['editId'])} ${String(body['status'])}, on version ${String(body['orderVersion'])} of the order`,
    ...(body['changes'] as readonly Json[]).flatMap(changeLines),
    `status       ${statusText(before['status'])}`,
    `          -> ${statusText(after['status'])}`,
    ...moneyLines(before, after),
    body['possible'] === true
      ? `commit it with {"orderVersion": ${String(body['orderVersion'])}}`
      : 'it cannot be committed as it is',
  ];
};

const preview = (edit: string, options: CommonOptions): Promise<void> => {
  const key = edit.replace(/^edits?\//, '');
  return asking(options, (api) => get(api, `/v1/edits/${encodeURIComponent(key)}/preview`), previewLines);
};

/** `orderloom preview`. */
export const previewCommand = (): Command =>
  engineCommand({
    usage: 'preview <edit>',
    summary: 'Show what committing an edit of an order would come to; nothing is written',
    examples: ['preview edit/ORDER-ID.NAME', 'preview edit/ORDER-ID.NAME --json'],
  }).action(preview);
