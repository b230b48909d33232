import type { CommandRule, Rejection } from '@orderloom/decider';
import { sectionText, type CommandRequest } from '../command.ts';
import type { IndexedType } from './registry-index.ts';
import { engineRejection } from './results.ts';
import type { StreamEntry } from './stream-entry.ts';

/** Why a command is not even put to the decider. */
type Unmet = { readonly outcome: 'refused' | 'conflict'; readonly rejection: Rejection };

const refused = (code: Parameters<typeof engineRejection>[0], reason?: string): Unmet => ({
  outcome: 'refused',
  rejection: engineRejection(code, 'content', reason),
});

const conflict = (reason?: string): Unmet => ({
  outcome: 'conflict',
  rejection: engineRejection('version-conflict', 'state', reason),
});

/** What a command has to say before anybody decides upon it, and does not. */
const unsaid = (request: CommandRequest, rule: CommandRule): Unmet | undefined => {
  if (request.hops > 0) return undefined;
  if (rule.needsActor === true && request.actor === null) return refused('actor-required');
  const section = rule.decidesOn?.(request.data);
  if (section === undefined || request.expectedVersion !== null || request.expectedSection?.name === section)
    return undefined;
  return refused(
    'precondition-required',
    `say the version of the section ${section}, or of the whole stream`,
  );
};

/** What a command expects of its stream, and the stream is not. `entry`: left out where it does not exist. */
export const unmetExpectation = (
  request: CommandRequest,
  { type, rule }: { readonly type: IndexedType; readonly rule: CommandRule },
  entry: StreamEntry | undefined,
): Unmet | undefined => {
  const { expectedVersion, expectedSection } = request;
  const missing = unsaid(request, rule);
  if (missing !== undefined) return missing;
  if (expectedVersion !== null && expectedVersion !== (entry?.version ?? 0)) return conflict();
  if (expectedSection === undefined) return undefined;
  const { name, version } = expectedSection;
  const { decider, sections } = type.definition;
  const present = sections?.(entry?.state ?? decider.initialState) ?? {};
  const now = Object.hasOwn(present, name) ? present[name] : undefined;
  if (now === undefined) return refused('unknown-section');
  return now === version ? undefined : conflict(`The section is at ${sectionText({ name, version: now })}.`);
};
