/** Places in which a text waits to be said by somebody else; a power of two. */
const PLACES = 4096;
/** Places of shapes that were met last; a power of two. */
const SHAPE_PLACES = 64;
/** What all values have in common fits easily; what is left out is spelled in each value. */
const MOST_TEXTS = 16_384;
const MOST_SHAPES = 1024;
/** Shorter ones are spelled as shortly as they are referred to, longer ones are hardly ever said twice. */
const SHORTEST_TEXT = 2;
const LONGEST_TEXT = 128;
/** An object with more members is a table of its own rather than one of many alike. */
const MOST_MEMBERS = 32;

/** Names of an object's members, in their order. */
export type Shape = readonly string[];

export type DictionaryContents = { readonly texts: readonly string[]; readonly shapes: readonly Shape[] };

/** A shape is a way through these, one member a step. */
type Step = { readonly next: Map<string, Step>; id: number };

const placeOf = (text: string): number => {
  const { length } = text;
  let mixed = length;
  // The beginning and the end tell nearly all texts apart that many values say.
  for (let at = 0; at < 8 && at < length; at++) mixed = (mixed * 31 + text.charCodeAt(at)) | 0;
  for (let at = Math.max(8, length - 8); at < length; at++) mixed = (mixed * 31 + text.charCodeAt(at)) | 0;
  return (mixed ^ (mixed >>> 12)) & (PLACES - 1);
};

const shapePlaceOf = (names: Shape): number => {
  const { length } = names;
  const [first = ''] = names;
  return (length * 31 + first.length * 7 + (names[length - 1] ?? '').length) & (SHAPE_PLACES - 1);
};

const isSame = (one: Shape, other: Shape): boolean => {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
};

/**
 * What many values say in the same words: names of their members, and texts that two have said within a short while, such
 * as a currency, a lifecycle, a sku that sells. Numbers stay what they are for as long as the dictionary lives, so
 * that it is bounded and forgets nothing.
 */
export class Dictionary {
  readonly #texts: string[] = [];
  readonly #idOfText = new Map<string, number>();
  readonly #metOnce = new Array<string>(PLACES).fill('');
  readonly #saidBy = new Float64Array(PLACES);
  readonly #shapes: Shape[] = [];
  /** Shapes that were met a moment ago, as most are. */
  readonly #metLast = new Int32Array(SHAPE_PLACES).fill(-1);
  readonly #first: Step = { next: new Map(), id: -1 };

  /** Number of a text that somebody says; -1: it is to be spelled. */
  idOfText(text: string, by: number): number {
    if (text.length < SHORTEST_TEXT || text.length > LONGEST_TEXT) return -1;
    const known = this.#idOfText.get(text);
    if (known !== undefined) return known;
    const place = placeOf(text);
    if (this.#metOnce[place] !== text) {
      this.#metOnce[place] = text;
      this.#saidBy[place] = by;
    } else if (this.#saidBy[place] !== by && this.#texts.length < MOST_TEXTS) return this.#addText(text);
    return -1;
  }

  text(id: number): string {
    return this.#texts[id] ?? '';
  }

  /** Number of a shape; -1: it is to be spelled. */
  idOfShape(names: Shape): number {
    if (names.length > MOST_MEMBERS) return -1;
    const place = shapePlaceOf(names);
    const met = this.#metLast[place] ?? -1;
    if (met >= 0 && isSame(this.shape(met), names)) return met;
    return (this.#metLast[place] = this.#findShape(names));
  }

  #findShape(names: Shape): number {
    let step = this.#first;
    for (const name of names) {
      const next = step.next.get(name);
      if (next === undefined) return this.#addShape(names);
      step = next;
    }
    return step.id >= 0 ? step.id : this.#addShape(names);
  }

  shape(id: number): Shape {
    return this.#shapes[id] ?? [];
  }

  contents(): DictionaryContents {
    return { texts: this.#texts, shapes: this.#shapes };
  }

  /** Fills a dictionary that has given out no number yet. */
  load({ texts, shapes }: DictionaryContents): void {
    if (this.#texts.length + this.#shapes.length > 0) throw new Error('the dictionary is in use');
    for (const text of texts) this.#addText(text);
    for (const shape of shapes) this.#addShape(shape);
  }

  #addText(text: string): number {
    this.#idOfText.set(text, this.#texts.length);
    return this.#texts.push(text) - 1;
  }

  #addShape(names: Shape): number {
    if (this.#shapes.length >= MOST_SHAPES || names.includes('__proto__')) return -1;
    let step = this.#first;
    for (const name of names) {
      let next = step.next.get(name);
      if (next === undefined) step.next.set(name, (next = { next: new Map(), id: -1 }));
      step = next;
    }
    step.id = this.#shapes.length;
    return this.#shapes.push(names) - 1;
  }
}
