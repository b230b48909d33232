import { setTimeout as pause } from 'node:timers/promises';
import { EFFECTS_GROUP, EngineError } from '@orderloom/engine';
import type {
  AclEntry,
  Admin,
  AclOperationTypes as Operation,
  AclResourceTypes as Resource,
  Kafka,
} from 'kafkajs';
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  ResourcePatternTypes,
} from '../kafkajs/load-kafkajs.ts';
import { topicNames, type TopicNames } from './topic-names.ts';

/**
 * What somebody is to an engine. `processors` decide, and nobody else may write to the internal lane or the events;
 * a `sender` puts commands in and hears their answers; a `projector` keeps views; a `reader` follows the events in
 * consumer groups whose names begin with its own and a dot; a `consumer` does so through our own client, in groups that are
 * called as it is or begin so; `effects` makes the calls to the outside.
 */
export const ACCESS_ROLES = ['processors', 'sender', 'projector', 'reader', 'consumer', 'effects'] as const;
export type AccessRole = (typeof ACCESS_ROLES)[number];

export type AccessGrant = { readonly role: AccessRole; readonly user: string };

type Right = Pick<AclEntry, 'resourceType' | 'resourceName' | 'resourcePatternType' | 'operation'>;

const { READ, WRITE } = AclOperationTypes;

const named = (resourceType: Resource, resourceName: string, operation: Operation): Right => ({
  ...{ resourceType, resourceName, operation },
  resourcePatternType: ResourcePatternTypes.LITERAL,
});
const beginningWith = (...names: Parameters<typeof named>): Right => ({
  ...named(...names),
  resourcePatternType: ResourcePatternTypes.PREFIXED,
});
const topics = (operation: Operation, names: readonly string[]): Right[] =>
  names.map((name) => named(AclResourceTypes.TOPIC, name, operation));

const sending = (names: TopicNames): Right[] => [
  ...topics(WRITE, [names.commands, names.bulk]),
  ...topics(READ, [names.replies, names.globals, names.generations]),
];
const following = (names: TopicNames, groups: string): Right[] => [
  ...topics(READ, [names.events, names.globals, names.generations]),
  beginningWith(AclResourceTypes.GROUP, groups, READ),
];

const consuming = (names: TopicNames, user: string, prefix: string): Right[] => [
  ...following(names, `${prefix}.${user}.`),
  named(AclResourceTypes.GROUP, `${prefix}.${user}`, READ),
  ...topics(READ, [names.consumers]),
  ...topics(WRITE, [names.consumers]),
  ...[`${user}/`, `${user}.`].map((groups) =>
    beginningWith(AclResourceTypes.TRANSACTIONAL_ID, `${names.consumers}/${groups}`, WRITE),
  ),
];

/** Who may write or read something may also ask for its name, partitions and offsets. */
const rightsOf = ({ role, user }: AccessGrant, names: TopicNames, prefix: string): readonly Right[] => {
  switch (role) {
    case 'sender':
      return sending(names);
    case 'projector':
      return following(names, `${prefix}-projector-`);
    case 'reader':
      return following(names, `${user}.`);
    case 'consumer':
      return consuming(names, user, prefix);
    case 'effects':
      return [...sending(names), ...consuming(names, EFFECTS_GROUP, prefix)];
    case 'processors':
      return [
        // The first thing that deciding processes do is to make their tenants, by command.
        ...sending(names),
        ...topics(READ, [names.internal, names.commands, names.bulk, names.events, names.parked]),
        ...topics(WRITE, [names.internal, names.events, names.replies]),
        ...topics(WRITE, [names.deadLetters, names.parked, names.globals, names.generations]),
        named(AclResourceTypes.GROUP, `${prefix}-processors`, READ),
        // Those of later generations of topics.
        beginningWith(AclResourceTypes.GROUP, `${prefix}-processors.`, READ),
        ...[`${prefix}-processors-`, `${prefix}-processors.`].map((ids) =>
          beginningWith(AclResourceTypes.TRANSACTIONAL_ID, ids, WRITE),
        ),
      ];
  }
};

const DEFAULT_PREFIX = 'orderloom';
const IN_FORCE_WITHIN_MS = 15_000;
const LOOK_MS = 20;

const nameOf = ({
  resourceType,
  resourceName,
  resourcePatternType,
  operation,
  principal,
}: AclEntry): string => [resourceType, resourcePatternType, operation, resourceName, principal].join('/');

/** A broker confirms ACLs once they are recorded, which is a moment before it goes by them. */
const untilInForce = async (admin: Admin, wanted: readonly AclEntry[]): Promise<void> => {
  const end = Date.now() + IN_FORCE_WITHIN_MS;
  const inForce = async (principal: string): Promise<readonly string[]> => {
    const { resources } = await admin.describeAcls({
      resourceType: AclResourceTypes.ANY,
      resourcePatternType: ResourcePatternTypes.ANY,
      operation: AclOperationTypes.ANY,
      permissionType: AclPermissionTypes.ANY,
      principal,
    });
    return resources.flatMap(({ acls, ...resource }) => acls.map((acl) => nameOf({ ...resource, ...acl })));
  };
  for (const principal of new Set(wanted.map((entry) => entry.principal))) {
    const names = wanted.filter((entry) => entry.principal === principal).map(nameOf);
    for (let known = await inForce(principal); !names.every((name) => known.includes(name));) {
      if (Date.now() > end)
        throw new EngineError('log-unavailable', 'the ACLs are recorded and not in force yet', {
          retryable: true,
        });
      await pause(LOOK_MS);
      known = await inForce(principal);
    }
  }
};

const withoutAuthorizer = (error: unknown): boolean =>
  error instanceof Error && 'type' in error && error.type === 'SECURITY_DISABLED';

const entriesOf = (grants: readonly AccessGrant[], generation: number, prefix: string): readonly AclEntry[] =>
  grants.flatMap((grant) =>
    rightsOf(grant, topicNames(prefix, generation), prefix).map((right) => ({
      ...right,
      principal: `User:${grant.user}`,
      host: '*',
      permissionType: AclPermissionTypes.ALLOW,
    })),
  );

/**
 * Lets users do what their roles need, on the topics of one generation; what they may already stays. Throws
 * `not-available` where the cluster keeps no such list.
 */
export const grantAccess = async (
  kafka: Kafka,
  grants: readonly AccessGrant[],
  { prefix = DEFAULT_PREFIX, generation = 1 }: { readonly prefix?: string; readonly generation?: number },
): Promise<void> => {
  if (grants.length === 0) return;
  const acl = [...entriesOf(grants, generation, prefix)];
  const admin = kafka.admin();
  await admin.connect();
  try {
    await admin.createAcls({ acl });
    await untilInForce(admin, acl);
  } catch (error) {
    if (!withoutAuthorizer(error)) throw error;
    const why = 'the cluster has no authorizer: everybody may do everything';
    throw new EngineError('not-available', why, { retryable: false, cause: error });
  } finally {
    await admin.disconnect();
  }
};
