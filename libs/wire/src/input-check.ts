// What no schema says: nothing looks like a card number, nothing is nested without end, no name reaches a prototype.
import type { Violation } from '@orderloom/engine';
import { holdsCardNumber, isCardNumber } from './card-number.ts';

/** Our deepest message has four levels. */
const DEEPEST = 16;
const MOST_VIOLATIONS = 20;
const FORBIDDEN_NAMES = new Set(['__proto__', 'constructor', 'prototype']);
const CARD = 'must not hold a payment card number';

/** A name that may be shown: one that a schema could have, or a place in a list. Anything else may be content. */
const SHOWN = /^(?:[a-z][A-Za-z0-9]{0,39}|0|[1-9][0-9]{0,5})$/;

/** One step of a JSON pointer; `*` where the name could be somebody's data. */
export const pointerStep = (name: string): string => `/${SHOWN.test(name) ? name : '*'}`;

/** The short way through: almost every command is clean, and then no pointer needs to be built. */
const isClean = (value: unknown, depth: number): boolean => {
  if (typeof value === 'string') return !holdsCardNumber(value);
  if (typeof value === 'number') return !isCardNumber(value);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return true;
  if (depth === DEEPEST) return false;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (!isClean(value[i], depth + 1)) return false;
    return true;
  }
  for (const name of Object.keys(value)) {
    if (FORBIDDEN_NAMES.has(name) || holdsCardNumber(name)) return false;
    if (!isClean((value as Record<string, unknown>)[name], depth + 1)) return false;
  }
  return true;
};

const complaints = (data: unknown): Violation[] => {
  const violations: Violation[] = [];
  const visit = (value: unknown, pointer: string, depth: number): void => {
    if (violations.length >= MOST_VIOLATIONS) return;
    if (typeof value === 'string' ? holdsCardNumber(value) : typeof value === 'number' && isCardNumber(value))
      violations.push({ pointer, message: CARD });
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
    if (depth === DEEPEST) {
      violations.push({ pointer, message: `must not be nested over ${DEEPEST} levels` });
      return;
    }
    for (const name of Object.keys(value)) {
      if (holdsCardNumber(name)) violations.push({ pointer, message: CARD });
      if (FORBIDDEN_NAMES.has(name))
        violations.push({ pointer, message: 'has a field with a forbidden name' });
      else visit((value as Record<string, unknown>)[name], `${pointer}${pointerStep(name)}`, depth + 1);
    }
  };
  visit(data, '', 0);
  return violations;
};

/** Walks plain data (bytes are not looked into). Bounded in depth and in the number of complaints. */
export const checkInput = (data: unknown): Violation[] => (isClean(data, 0) ? [] : complaints(data));
