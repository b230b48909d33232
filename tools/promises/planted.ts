import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A person who exists nowhere else, so that any trace of theirs is a leak. */
export type Person = {
  readonly name: string;
  readonly phone: string;
  readonly email: string;
  readonly line1: string;
  readonly city: string;
};

/** Twenty of them; some with letters that encodings write differently. */
export const people: readonly Person[] = Array.from({ length: 20 }, (_, n) => {
  const mark = String.fromCharCode(97 + n).repeat(3);
  return {
    name: n % 4 === 0 ? `Zélphine Quörvath${mark}` : `Zelphine Quorvath${mark}`,
    phone: `+49 155 7734${String(100 + n)}99`,
    email: `quorvath.${mark}@planted-mail.example`,
    line1: `Xanthippe Row ${String(7000 + n)}`,
    city: `Vexholm${mark}`,
  };
});

/** What of a person is looked for: every value, and the parts that would give them away. */
const tracesOf = ({ name, phone, email, line1, city }: Person): readonly string[] => {
  const [local = ''] = email.split('@');
  return [...[name, phone, email, line1, city, local], ...name.split(' '), phone.replaceAll(/[+ ]/g, '')];
};

const swapped = (bytes: Buffer): Buffer => Buffer.from(bytes).swap16();

/** The middle of the base64 of a text, wherever in a longer one it stands: its ends depend on the neighbours. */
const base64Of = (text: string): string[] =>
  [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]).toString('base64');
    return whole.slice(before === 0 ? 0 : 4, -4);
  });

/** Ways in which a text may stand among bytes. */
const formsOf = (text: string): Buffer[] => {
  const utf16 = Buffer.from(text, 'utf16le');
  const base64 = base64Of(text);
  const texts = [
    ...[text, text.toLowerCase(), text.toUpperCase(), encodeURIComponent(text), encodeURI(text)],
    ...[JSON.stringify(text).slice(1, -1), text.replaceAll(' ', '+')],
    ...base64,
    ...base64.map((one) => one.replaceAll('+', '-').replaceAll('/', '_')),
    text.replaceAll(/[^\0-\x7f]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`),
    Buffer.from(text).toString('hex'),
    Buffer.from(text).toString('hex').toUpperCase(),
  ];
  const all = [...texts.map((one) => Buffer.from(one)), utf16, swapped(utf16), Buffer.from(text, 'latin1')];
  return [...new Map(all.map((form) => [form.toString('latin1'), form])).values()];
};

const needles = [...new Set(people.flatMap(tracesOf))].map((text) => ({ text, forms: formsOf(text) }));

/** Traces of any person in some bytes; `where` stands before each. */
export const tracesIn = (where: string, bytes: Buffer | string): string[] => {
  const content = Buffer.from(bytes);
  return needles
    .filter(({ forms }) => forms.some((form) => content.includes(form)))
    .map(({ text }) => `${where}: ${text}`);
};

/** Traces in the files of a data folder; the files of the key store are left out. */
export const tracesInFolder = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('keys.db'))
    .flatMap(({ name, parentPath }) => tracesIn(name, readFileSync(join(parentPath, name))));
