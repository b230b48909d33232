// A hook: blocked buyers are refused, somebody looks at large orders, and everything else passes. No library is needed:
//   RISK_SECRET=whsec_… node risk-hook.ts 8090
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';

const key = Buffer.from((process.env['RISK_SECRET'] ?? '').replace('whsec_', ''), 'base64');
const blocked = new Set(['mallory']);
/** Minor units from which on somebody looks. */
const LARGE = 10_000;

/** Whether the question is from our engine: Standard Webhooks, HMAC-SHA256 over id, timestamp and body. */
const isSigned = ({ headers }: IncomingMessage, body: string): boolean => {
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  const said = Buffer.from(String(headers['webhook-signature']).replace('v1,', ''), 'base64');
  const own = createHmac('sha256', key).update(signed).digest();
  return said.length === own.length && timingSafeEqual(said, own);
};

type Question = { readonly data: { readonly buyerId: string | null; readonly total: number } };

const judge = ({ data: { buyerId, total } }: Question): object => {
  if (buyerId !== null && blocked.has(buyerId)) return { verdict: 'refuse', reason: 'blocked-buyer' };
  return total >= LARGE ? { verdict: 'hold', reason: 'large-order' } : { verdict: 'pass' };
};

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => (body += chunk));
  request.on('end', () => {
    if (!isSigned(request, body)) response.writeHead(401).end();
    else
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify(judge(JSON.parse(body) as Question)));
  });
});
server.listen(Number(process.argv[2] ?? 8090), '127.0.0.1', () => {
  console.log('the hook listens');
});
