import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isCached, mavenFolder, mavenObstacle, serverJava, type MavenPackage } from '../install/maven.ts';
import { freePorts } from '../processes/ports.ts';
import { answered } from './answers.ts';
import { archiveOptions, ensureArchive } from './class-archive.ts';
import type { Layout, Recipe } from './recipe.ts';

const PACKAGE: MavenPackage = {
  name: 'schema-registry',
  version: '0.9.1',
  artifacts: ['com.hortonworks.registries:schema-registry-webservice:0.9.1'],
  form: 'jars',
  sha256: 'c3e402f84040a3202df81b57f2ff561dd919ecce258792e1f20a8f84b562ef01',
};
const MAIN_CLASS = 'com.hortonworks.registries.webservice.RegistryApplication';
const AVRO = 'com.hortonworks.registries.schemaregistry';

/** JSON is YAML. Storage is in memory: a restarted registry is an emptied one. */
const configuration = (folder: string, port: number, adminPort: number): string =>
  JSON.stringify({
    modules: [
      {
        name: 'schema-registry',
        className: `${AVRO}.webservice.SchemaRegistryModule`,
        config: {
          schemaProviders: [
            {
              providerClass: `${AVRO}.avro.AvroSchemaProvider`,
              defaultSerializerClass: `${AVRO}.serdes.avro.AvroSnapshotSerializer`,
              defaultDeserializerClass: `${AVRO}.serdes.avro.AvroSnapshotDeserializer`,
            },
          ],
          schemaCacheSize: 10_000,
          schemaCacheExpiryInterval: 3_600,
        },
      },
    ],
    fileStorageConfiguration: {
      className: 'com.hortonworks.registries.common.util.LocalFileSystemStorage',
      properties: { directory: join(folder, 'files') },
    },
    storageProviderConfiguration: {
      providerClass: 'com.hortonworks.registries.storage.impl.memory.InMemoryStorageManager',
    },
    swagger: { resourcePackage: `${AVRO}.webservice` },
    server: {
      rootPath: '/',
      applicationConnectors: [{ type: 'http', port, bindHost: '127.0.0.1' }],
      adminConnectors: [{ type: 'http', port: adminPort, bindHost: '127.0.0.1' }],
    },
  });

/** A registry with Confluent's API below `/api/v1/confluent`. It has no `/config`, and answers 409 to what does not fit. */
const layOut = async (folder: string): Promise<Layout> => {
  const jars = await mavenFolder(PACKAGE);
  const { program } = await serverJava();
  const [port = 0, adminPort = 0] = await freePorts(2);
  const file = join(folder, 'registry.yaml');
  mkdirSync(join(folder, 'files'));
  writeFileSync(file, configuration(folder, port, adminPort));
  const url = `http://127.0.0.1:${port}/api/v1/confluent`;
  const isReady = async (): Promise<boolean> => (await answered(`${url}/subjects`)) !== undefined;
  const opened = ['java.lang', 'java.util'].map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`);
  const classPath = [...archiveOptions(PACKAGE), '-cp', join(jars, '*')];
  return {
    urls: [url],
    nodes: [
      {
        name: 'Schema Registry',
        folder,
        log: join(folder, 'server.log'),
        command: program,
        args: ['-Xmx256m', ...opened, ...classPath, MAIN_CLASS, 'server', file],
        isReady,
      },
    ],
    isWhole: isReady,
  };
};

export const schemaRegistry: Recipe<object> = {
  obstacle: () => mavenObstacle(PACKAGE),
  isInstalled: () => isCached(PACKAGE),
  install: () => mavenFolder(PACKAGE),
  prepare: () => ensureArchive(PACKAGE, layOut),
  layOut,
};
