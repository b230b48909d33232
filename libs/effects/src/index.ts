export type { CallOutcome, CallToMake, EffectHandler } from './effect-handler.ts';
export { startEffectWorker, type EffectWorkerOptions } from './effect-worker.ts';
export { webhookHandler, type WebhookOrigins } from './webhook/webhook-handler.ts';
