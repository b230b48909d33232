// Lists of work on the built-in page: what there is to do, who has it, and taking it or leaving it to others.
'use strict';

const CLAIMED_FOR_MINUTES = 30;

const work = { pages: 1, orders: [], next: null, shown: '' };

/** Who sits before the page, as claims name them; empty until it is said. */
const actor = () => byId('actor').value.trim();

const isMine = ({ claim }) => claim !== null && claim.by === actor();

const claimButton = (order) => {
  if (order.claim !== null && !isMine(order)) return '';
  const [name, type] = order.claim === null ? ['Claim', 'ClaimWork'] : ['Release', 'ReleaseWork'];
  const button = element('button', { type: 'button', onclick: () => void claim(order.orderId, type) }, name);
  button.setAttribute('aria-label', `${name} order ${order.orderId}`);
  return button;
};

/** A claim ends within a day. */
const hour = (text) =>
  element(
    'time',
    { dateTime: text, title: text },
    new Date(text).toLocaleTimeString(undefined, { timeStyle: 'short' }),
  );

const workRow = (order) => {
  const { orderId, since, due, why, claim: claimed } = order;
  return element(
    'tr',
    {},
    element('td', {}, openerOf(orderId)),
    element('td', {}, why ? `${words(why)} ` : '', time(since ?? due)),
    element('td', { className: 'number' }, money(moneyOf(order).total, moneyOf(order).currency)),
    element('td', {}, order.merchantId ?? ''),
    element('td', {}, ...(claimed === null ? [] : [`${claimed.by} until `, hour(claimed.until)])),
    element('td', {}, claimButton(order)),
  );
};

/** Draws what was loaded last, where it looks different now. */
const drawWork = () => {
  const shown = JSON.stringify([work.orders, work.next, actor()]);
  if (shown === work.shown) return;
  work.shown = shown;
  putRows(byId('work-rows'), work.orders.map(workRow));
  byId('work-empty').hidden = work.orders.length > 0;
  byId('work-more').hidden = work.next === null;
};

/** Orders of the list that is chosen, as many pages as are wanted. */
const pagesOfWork = async () => {
  const asked = { list: byId('work-list').value, limit: '50' };
  const whose = byId('work-claim').value;
  if (whose) asked.claim = whose;
  if (whose === 'mine') asked.actor = actor();
  const found = { orders: [], next: null };
  for (let page = 0; page < work.pages; page++) {
    const query = new URLSearchParams({ ...asked, ...(found.next && { cursor: found.next }) });
    const { body } = await ask(`/v1/work?${query}`);
    found.orders.push(...body.orders);
    found.next = body.next;
    if (!found.next) break;
  }
  return found;
};

const loadWork = async () => {
  // Nobody has nothing.
  if (byId('work-claim').value === 'mine' && actor() === '') Object.assign(work, { orders: [], next: null });
  else
    try {
      Object.assign(work, await pagesOfWork());
    } catch (error) {
      if (error.problem?.code !== 'not-available') throw error;
      byId('work').hidden = true;
    }
  drawWork();
};

const claim = async (orderId, type) => {
  if (actor() === '') {
    byId('actor').focus();
    say('A claim is somebody’s: say your name first.');
    return;
  }
  const list = byId('work-list').value;
  const data = type === 'ClaimWork' ? { list, minutes: CLAIMED_FOR_MINUTES } : { list };
  try {
    const answer = await tell(orderId, { type, data, actor: actor() }, { key: crypto.randomUUID() });
    say(`${words(type)}: ${answer.body.result}`);
    await untilShown(orderId, answer);
  } catch (error) {
    say(error.problem ? describe(error.problem) : 'The server does not answer.');
  }
  await refresh(false);
};

const startWork = () => {
  for (const id of ['work-list', 'work-claim'])
    byId(id).addEventListener('change', () => {
      work.pages = 1;
      void refresh(false);
    });
  byId('work-more').addEventListener('click', () => {
    work.pages++;
    void refresh(false);
  });
  // Buttons follow the name at once: one that somebody is about to press must not be replaced later.
  byId('actor').addEventListener('input', drawWork);
  byId('actor').addEventListener('change', () => {
    if (byId('work-claim').value === 'mine') void refresh(false);
  });
};
