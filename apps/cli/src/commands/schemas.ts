import type { Command } from 'commander';
import { EngineError } from '@orderloom/engine';
import { publishSchemas, type Publication } from '@orderloom/schema-registry';
import { describeSchema, schemaHistory } from '@orderloom/wire';
import { CliError, EXIT, unreachable } from '../cli-error.ts';
import { columns, terminalOf } from '../terminal.ts';
import { groupCommand, registryIn } from './options.ts';

type PublishOptions = { readonly registry?: string; readonly json?: boolean };

const publishAll = async (url: string): Promise<Publication> => {
  try {
    return await publishSchemas({ url, schemas: schemaHistory(), describe: describeSchema });
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw unreachable(
      error.code,
      error.message,
      'start it, or name another with --registry, and run the same line again',
    );
  }
};

const publishedLines = ({ published }: Publication): readonly string[] => {
  const added = published.filter((schema) => schema.added);
  return [
    ...columns(added.map(({ id, name }) => [String(id), name])),
    `${added.length} published, ${published.length - added.length} known before.`,
  ];
};

const refusal = (publication: Publication): CliError => {
  const said = publication.refused.map(
    ({ name, status, reason }) => `${name}: the registry answers ${status}: ${reason}`,
  );
  return new CliError(EXIT.refused, {
    code: 'schema-refused',
    message: said.join('\n  '),
    remedy: 'nothing of these was published; the others were. Keep old fields and give new ones a default',
    details: publication,
  });
};

const publish = async (options: PublishOptions): Promise<void> => {
  const publication = await publishAll(registryIn(options));
  if (publication.refused.length > 0) throw refusal(publication);
  terminalOf(options.json === true).result(publication, () => publishedLines(publication));
};

/** `orderloom schemas`. */
export const schemasCommand = (): Command => {
  const schemas = groupCommand({
    usage: 'schemas',
    summary: 'Publish the schemas of events and commands',
    examples: ['schemas publish --registry http://127.0.0.1:8081'],
  });
  schemas.addCommand(
    groupCommand({
      usage: 'publish',
      summary:
        'Make a schema registry know every schema of this build and of the releases before it, in order',
      examples: ['schemas publish --registry http://127.0.0.1:8081'],
    })
      .option('--registry <url>', 'address of the schema registry (default: $ORDERLOOM_SCHEMA_REGISTRY_URL)')
      .option('--json', 'print the result as JSON')
      .action(publish),
  );
  return schemas;
};
