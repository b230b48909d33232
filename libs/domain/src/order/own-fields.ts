import { refuseContent, type Decision } from '@orderloom/decider';
import { wrongValue, type FieldRule, type Fields } from './lifecycle/fields.ts';
import type { Lifecycle } from './lifecycle/compiled.ts';
import { refusePersonalText } from './personal-text.ts';

/** Why the fields cannot be those of an order of this lifecycle; `undefined`: they can. */
export const refuseFields = (lifecycle: Lifecycle, fields: Fields): Decision<never> | undefined => {
  const { fields: rules = {}, name: of, version } = lifecycle.definition;
  for (const name of Object.keys(fields)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    const refusal =
      rule === undefined ? refuseUndeclared(of, rules) : refuseValue(name, fields[name] ?? '', rule);
    if (refusal) return refusal;
  }
  const missing = Object.keys(rules).find(
    (name) => rules[name]?.required === true && !Object.hasOwn(fields, name),
  );
  return missing === undefined
    ? undefined
    : refuseContent('field-missing', `an order of ${of}@${version} has a ${missing}`, `/fields/${missing}`);
};

/** The name that was sent is nobody's word but the caller's: it is not said again. */
const refuseUndeclared = (of: string, rules: object): Decision<never> => {
  const names = Object.keys(rules);
  const there = names.length === 0 ? 'has no fields of its own' : `has the fields ${names.join(', ')}`;
  return refuseContent('unknown-field', `${of} ${there}; another one was sent`, '/fields');
};

const refuseValue = (name: string, text: string, rule: FieldRule): Decision<never> | undefined => {
  const pointer = `/fields/${name}`;
  const wrong = wrongValue(text, rule);
  return wrong === undefined
    ? refusePersonalText(text, pointer)
    : refuseContent('field-invalid', `${name} ${wrong}`, pointer);
};
