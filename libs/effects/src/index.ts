export type { Send } from './attempt.ts';
export type { CallOutcome, CallToMake, EffectHandler } from './effect-handler.ts';
export { startEffectWorker, type EffectWorkerOptions } from './effect-worker.ts';
export { legHandlers } from './payments/leg-calls.ts';
export { httpHook, httpHooks, type HookAccess } from './hooks/http-hook.ts';
export {
  paymentCallbacks,
  type CallbackAccounts,
  type CallbackOutcome,
  type TakeCallback,
} from './payments/payment-callbacks.ts';
export { paymentRefundHandler } from './payments/payment-refund.ts';
export { paymentQueryHandler } from './payments/payment-query.ts';
export { httpAccounts, type ProviderAccounts } from './payments/provider-accounts.ts';
export { isSignedNow, keyOf, signedHeaders, type SignedMessage } from './signature.ts';
export { webhookHandler, type WebhookOrigins } from './webhook/webhook-handler.ts';
