import { describe, expect, test } from '@jest/globals';
import { jsonLogger } from './logger.ts';

const written = (log: (logger: ReturnType<typeof jsonLogger>) => void): string => {
  let text = '';
  log(jsonLogger({ level: 'info', target: { write: (line: string) => void (text += line) } }));
  return text;
};

describe('a log line', () => {
  test('is one JSON object with level, UTC time and message', () => {
    const line = JSON.parse(written((log) => log.info({ orderId: 'o-1' }, 'order placed'))) as object;
    expect(line).toMatchObject({ level: 'info', orderId: 'o-1', msg: 'order placed' });
    expect(line).toHaveProperty('time', expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/));
  });

  test('holds no payload, whoever passes one', () => {
    const receiver = { name: 'Ada Planted', phone: '5550100' };
    const text = written((log) => {
      log.warn({ data: receiver }, 'one');
      log.warn({ command: { receiver } }, 'two');
      log.warn({ request: { command: receiver } }, 'three');
    });
    expect(text).not.toMatch(/Planted|5550100/);
  });
});
