import { recordHistory } from '@orderloom/testing';
import { startApp, type App } from './app.ts';
import { ask } from './ask.ts';
import { aDoor } from './door.ts';
import { aLoad } from './load.ts';
import { httpSender } from './sender.ts';
import { openingCommands, retailWords } from './shop-words.ts';
import { until } from './until.ts';

const FAR = 86_400_000;

/** An app on a folder in which a shop has done business until `answers` commands were answered; at rest. */
export const appWithShop = async (folder: string, answers: number): Promise<App> => {
  const app = await startApp(folder);
  const door = aDoor();
  door.open(app.url);
  const load = aLoad({
    sender: httpSender(door.url),
    history: recordHistory(),
    words: retailWords({ sealed: true }),
    ...{ seed: 14, opened: door.opened },
  });
  await Promise.all(openingCommands(FAR).map((command) => load.insist(command)));
  load.begin();
  await load.answered(answers);
  await load.finish();
  return app;
};

/** Resolves when the views show everything that is in the log. */
export const viewsAtHead = (app: App): Promise<boolean> =>
  until('the views to be at the head', async () =>
    /^orderloom_view_lag_events 0$/m.test((await ask(app.url, '/metrics')).text),
  );
