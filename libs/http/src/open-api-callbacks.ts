import { header, json, problemResponse } from './open-api-parts.ts';

/** What payment providers call. */
export const callbackPaths = {
  '/v1/callbacks/{provider}': {
    post: {
      operationId: 'call-back',
      summary: 'A payment provider says what became of a payment; signed, and the signature is checked first',
      parameters: [
        { name: 'provider', in: 'path', required: true, schema: { type: 'string', maxLength: 64 } },
        header('webhook-id', 'Name of the message', true),
        header('webhook-timestamp', 'When it is sent, seconds since 1970 UTC', true),
        header(
          'webhook-signature',
          'v1,BASE64 of the HMAC-SHA256 of ID.TIMESTAMP.BODY; more than one with spaces',
          true,
        ),
      ],
      requestBody: { required: true, content: json({ type: 'object' }) },
      responses: {
        '200': {
          description: 'It is recorded, now or before',
          content: json({
            type: 'object',
            required: ['result', 'code'],
            properties: { result: { const: 'told' }, code: { type: 'string' } },
          }),
        },
        default: problemResponse,
      },
    },
  },
};
