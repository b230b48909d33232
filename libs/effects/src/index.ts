export type { Send } from './attempt.ts';
export type { CallOutcome, CallToMake, EffectHandler } from './effect-handler.ts';
export { startEffectWorker, type EffectWorkerOptions } from './effect-worker.ts';
export { paymentQueryHandler } from './payments/payment-query.ts';
export { httpAccounts, type ProviderAccounts } from './payments/provider-accounts.ts';
export { webhookHandler, type WebhookOrigins } from './webhook/webhook-handler.ts';
