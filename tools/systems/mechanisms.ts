/**
 * What the statements rest on. The test of a statement is run without each of its mechanisms too, and must be red:
 * `MUTATE=grammar npm test -- systems/15` shows it.
 */
export const mechanisms = {
  'answers-after-commit': 'a command is answered when its events are kept, and not before',
  grammar: 'an event is recorded only where the lifecycle lets it follow',
  'group-commit': 'commands of different orders are decided together and share one durable write',
  'lifecycle-versions': 'an order follows the version of its lifecycle under which it was placed',
} as const;

export type Mechanism = keyof typeof mechanisms;

const isMechanism = (name: string): name is Mechanism => Object.hasOwn(mechanisms, name);

/** The one that the tests are run without, where somebody wants to see them red. Throws where there is none of that name. */
export const takenAway = (): Mechanism | undefined => {
  const name = process.env['MUTATE'];
  if (name === undefined || isMechanism(name)) return name;
  throw new Error(`MUTATE can be ${Object.keys(mechanisms).join(', ')}; it is ${name}`);
};
