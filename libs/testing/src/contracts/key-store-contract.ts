import { afterEach, describe, expect } from '@jest/globals';
import type { KeyStore } from '@orderloom/engine';
import { contractCases, type Skip } from './contract-cases.ts';

/** One key store that can be closed and opened again with what it holds. */
export type KeyStorePlace = {
  readonly open: () => KeyStore;
  /** Ends with every store closed. */
  readonly dispose: () => void;
};

export type KeyStoreContract = {
  readonly name: string;
  readonly create: () => KeyStorePlace;
  readonly skip?: readonly Skip[];
};

const bytesOf = (found: ReturnType<KeyStore['find']>): string =>
  found?.key.export().toString('hex') ?? 'none';

/** What every key store promises. */
export const keyStoreContract = ({ name, create, skip = [] }: KeyStoreContract): void => {
  const places: KeyStorePlace[] = [];
  const place = (): KeyStorePlace => {
    const made = create();
    places.push(made);
    return made;
  };
  const open = (): KeyStore => place().open();

  describe(`${name} keeps the key store's contract`, () => {
    afterEach(() => {
      for (const made of places.splice(0)) made.dispose();
    });

    contractCases('keys of subjects', skip, {
      'gives a subject the same key every time, and no other subject that key': () => {
        const keys = open();
        const ann = keys.assign('main/ann');
        const bob = keys.assign('main/bob');
        expect(bytesOf(keys.assign('main/ann'))).toBe(bytesOf(ann));
        expect(keys.assign('main/ann').keyId).toBe(ann.keyId);
        expect(bob.keyId).not.toBe(ann.keyId);
        expect(bytesOf(bob)).not.toBe(bytesOf(ann));
      },
      'gives keys of 256 bits': () => {
        expect(open().assign('main/ann').key.symmetricKeySize).toBe(32);
      },
      'finds a key by its id': () => {
        const keys = open();
        const ann = keys.assign('main/ann');
        expect(bytesOf(keys.find(ann.keyId))).toBe(bytesOf(ann));
        expect(keys.find(ann.keyId + 1_000_000)).toBeUndefined();
      },
      'has keys for many subjects at once': () => {
        const keys = open();
        const ids = new Set(Array.from({ length: 3000 }, (_, at) => keys.assign(`main/guest-${at}`).keyId));
        expect(ids.size).toBe(3000);
      },
    });

    contractCases('erasing', skip, {
      'makes a key unfindable, and says whether there was one': () => {
        const keys = open();
        const { keyId } = keys.assign('main/ann');
        expect(keys.erase('main/ann')).toBe(true);
        expect(keys.find(keyId)).toBeUndefined();
        expect(keys.erase('main/ann')).toBe(false);
        expect(keys.erase('main/nobody')).toBe(false);
      },
      'leaves the keys of others': () => {
        const keys = open();
        keys.assign('main/ann');
        const bob = keys.assign('main/bob');
        keys.erase('main/ann');
        expect(bytesOf(keys.find(bob.keyId))).toBe(bytesOf(bob));
      },
      'never gives the erased key or its id again': () => {
        const keys = open();
        const old = keys.assign('main/ann');
        keys.erase('main/ann');
        const fresh = keys.assign('main/ann');
        expect(fresh.keyId).not.toBe(old.keyId);
        expect(bytesOf(fresh)).not.toBe(bytesOf(old));
      },
    });

    contractCases('token keys', skip, {
      'are the same for a tenant for ever, and another for every tenant': () => {
        const keys = open();
        const main = keys.tokenKey('main');
        expect(main).toHaveLength(32);
        expect(keys.tokenKey('main')).toEqual(main);
        expect(keys.tokenKey('other')).not.toEqual(main);
      },
    });

    contractCases('opened again', skip, {
      'has the same keys': () => {
        const { open: openAgain } = place();
        const first = openAgain();
        const ann = first.assign('main/ann');
        const token = Uint8Array.from(first.tokenKey('main'));
        first.close();
        const second = openAgain();
        expect(second.assign('main/ann').keyId).toBe(ann.keyId);
        expect(bytesOf(second.find(ann.keyId))).toBe(bytesOf(ann));
        expect(Uint8Array.from(second.tokenKey('main'))).toEqual(token);
      },
      'has forgotten what was erased': () => {
        const { open: openAgain } = place();
        const first = openAgain();
        const { keyId } = first.assign('main/ann');
        first.erase('main/ann');
        first.close();
        const second = openAgain();
        expect(second.find(keyId)).toBeUndefined();
        expect(second.assign('main/ann').keyId).not.toBe(keyId);
      },
    });
  });
};
