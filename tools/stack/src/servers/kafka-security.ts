import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Java } from '../install/programs.ts';

/** TLS, SCRAM by either digest, and ACLs: nobody may anything that is not allowed, but the super users. */
export type KafkaSecurity = {
  /** Name and password of each. */
  readonly users: Readonly<Record<string, string>>;
  readonly superUsers: readonly string[];
};

export type Certificate = { readonly keyStore: string; readonly password: string; readonly pem: string };

// Of a throw-away key for the loopback interface; it protects nothing.
const KEY_STORE_PASSWORD = 'changeit';
const MECHANISMS = ['SCRAM-SHA-512', 'SCRAM-SHA-256'];

/** A key and its self-signed certificate for the loopback interface, made by Java's own tool. */
export const makeCertificate = async ({ home }: Java, folder: string): Promise<Certificate> => {
  const keyStore = join(folder, 'broker.p12');
  const pem = join(folder, 'ca.pem');
  const keytool = async (...args: readonly string[]): Promise<void> => {
    const store = ['-keystore', keyStore, '-storepass', KEY_STORE_PASSWORD, '-alias', 'broker'];
    await promisify(execFile)(join(home, 'bin', 'keytool'), [...args, ...store]);
  };
  const names = ['-dname', 'CN=localhost', '-ext', 'san=dns:localhost,ip:127.0.0.1'];
  await keytool('-genkeypair', '-keyalg', 'EC', '-validity', '30', '-storetype', 'PKCS12', ...names);
  await keytool('-exportcert', '-rfc', '-file', pem);
  return { keyStore, password: KEY_STORE_PASSWORD, pem: readFileSync(pem, 'utf8') };
};

/**
 * What a secured broker says beyond a plain one. Brokers and controllers talk in clear behind it, as `ANONYMOUS`: on
 * the loopback interface that is the same machine's root.
 */
export const securityProperties = (
  { superUsers }: KafkaSecurity,
  { keyStore, password }: Certificate,
): Record<string, string> => ({
  'sasl.enabled.mechanisms': MECHANISMS.join(','),
  ...Object.fromEntries(
    MECHANISMS.map((mechanism) => [
      `listener.name.sasl_ssl.${mechanism.toLowerCase()}.sasl.jaas.config`,
      'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    ]),
  ),
  'ssl.keystore.type': 'PKCS12',
  'ssl.keystore.location': keyStore,
  'ssl.keystore.password': password,
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users': ['ANONYMOUS', ...superUsers].map((user) => `User:${user}`).join(';'),
});

/** Options of the storage tool that put the users' credentials into the first metadata. */
export const credentials = ({ users }: KafkaSecurity): readonly string[] =>
  Object.entries(users).flatMap(([name, password]) =>
    MECHANISMS.flatMap((mechanism) => ['--add-scram', `${mechanism}=[name=${name},password=${password}]`]),
  );
