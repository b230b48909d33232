// The built-in page: lists orders, shows one order's history, and sends it commands; lists of work are in work.js.
// It uses the public API only, and puts text into the page as text, never as HTML.
'use strict';

const REFRESH_MS = 2000;
const MESSAGE_MS = 6000;
const byId = (id) => document.getElementById(id);

const state = {
  selected: null,
  etag: '',
  pages: 1,
  shown: '',
  schemas: {},
  order: null,
  command: null,
  key: '',
};

/** One element with its properties, data attributes and children. */
const element = (tag, properties, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};

const ask = async (path, init) => {
  const response = await fetch(path, init);
  const body = await response.json();
  if (!response.ok) throw Object.assign(new Error(body.detail ?? response.statusText), { problem: body });
  return { body, headers: response.headers };
};

const say = (text) => {
  byId('message').textContent = text;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => (byId('message').textContent = ''), MESSAGE_MS);
};

const money = (amount, currency) => {
  if (typeof amount !== 'number') return '';
  try {
    const format = new Intl.NumberFormat(undefined, { style: 'currency', currency });
    return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
  } catch {
    return `${amount} ${currency ?? ''}`;
  }
};

/** The amounts of an order, whether whole or out of a list. */
const moneyOf = (order) => order.money ?? order;

const time = (text) =>
  text
    ? element(
        'time',
        { dateTime: text, title: text },
        new Date(text).toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'medium' }),
      )
    : '';

const tone = (status) => {
  if (/fail|refus|timed|cancel|short/i.test(status)) return 'badge bad';
  if (/^(paid|delivered|refunded|done|confirmed)$/i.test(status)) return 'badge good';
  return 'badge';
};

const badge = (status) => (status ? element('span', { className: tone(status) }, status) : '');

const words = (name) => name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();

// --- the list ---

/** A button that shows the order. */
const openerOf = (orderId) => {
  const open = element(
    'button',
    { type: 'button', title: orderId, onclick: () => select(orderId) },
    orderId.slice(-10),
  );
  open.setAttribute('aria-label', `Order ${orderId}`);
  return open;
};

const rowOf = (order) => {
  const { orderId, status = {} } = order;
  const row = element(
    'tr',
    {},
    element('td', {}, openerOf(orderId)),
    ...['payment', 'fulfilment', 'afterSale'].map((region) => element('td', {}, badge(status[region]))),
    element('td', { className: 'number' }, money(moneyOf(order).total, moneyOf(order).currency)),
    element('td', {}, order.buyerId ?? ''),
    element('td', {}, time(order.updatedAt)),
  );
  row.setAttribute('aria-selected', String(orderId === state.selected));
  return row;
};

/** Puts rows in the place of others; what had the focus has it again, where it is still there. */
const putRows = (body, rows) => {
  const focused = document.activeElement;
  const label = body.contains(focused) ? focused.getAttribute('aria-label') : null;
  body.replaceChildren(...rows);
  if (label) body.querySelector(`[aria-label="${label}"]`)?.focus();
};

const loadOrders = async () => {
  const filter = byId('filter').value;
  const words = byId('q').value.trim();
  const orders = [];
  let next = null;
  for (let page = 0; page < state.pages; page++) {
    const query = new URLSearchParams({ limit: '50' });
    if (filter) query.set('status', filter);
    if (words) query.set('q', words);
    if (next) query.set('cursor', next);
    const { body } = await ask(`/v1/orders?${query}`);
    orders.push(...body.orders);
    next = body.next;
    if (!next) break;
  }
  const shown = JSON.stringify([orders, state.selected]);
  if (shown === state.shown) return;
  state.shown = shown;
  putRows(byId('rows'), orders.map(rowOf));
  byId('empty').hidden = orders.length > 0;
  byId('more').hidden = next === null;
};

// --- one order ---

const factsOf = (order) => {
  const sums = moneyOf(order);
  const facts = {
    Status: Object.entries(order.status ?? {})
      .map(([region, status]) => `${words(region)}: ${status}`)
      .join(', '),
    Lifecycle: order.lifecycle?.name ?? order.lifecycle,
    Buyer: order.buyerId,
    Merchant: order.merchantId,
    Total: money(sums.total, sums.currency),
    Paid: money(sums.paid, sums.currency),
    Outstanding: money(sums.outstanding, sums.currency),
    Payments: (order.payments ?? []).map(({ provider, status }) => `${provider}: ${status}`).join(', '),
    Lines: (order.lines ?? []).map((line) => `${line.quantity} x ${line.sku}`).join(', '),
    Parcels: (order.parcels ?? [])
      .map((parcel) => `${parcel.parcelId}${parcel.delivered ? ' (delivered)' : ''}`)
      .join(', '),
    Placed: order.placedAt,
  };
  return Object.entries(facts)
    .filter(([, value]) => value)
    .flatMap(([name, value]) => [
      element('dt', {}, name),
      element('dd', {}, name === 'Placed' ? time(value) : value),
    ]);
};

const eventOf = (event) =>
  element(
    'li',
    {},
    element('strong', {}, `${event.version}. ${words(event.type)} `),
    element('span', { className: 'quiet' }, time(event.recordedAt ?? event.time)),
    element(
      'details',
      {},
      element('summary', { className: 'quiet' }, 'data'),
      element('pre', {}, JSON.stringify(event.data, null, 2)),
    ),
  );

const buttonOf = (command, mayRefuse) =>
  element(
    'button',
    {
      type: 'button',
      title: mayRefuse ? 'May be refused because of what it says' : '',
      onclick: () => openDialog(command),
    },
    words(command),
  );

const allEvents = async (path) => {
  const events = [];
  for (let after = 0; after !== null;) {
    const { body } = await ask(`${path}/events?limit=500&after=${after}`);
    events.push(...body.events);
    after = body.next;
  }
  return events;
};

const loadOrder = async (focus) => {
  if (!state.selected) return;
  const path = `/v1/orders/${encodeURIComponent(state.selected)}`;
  const { body: explanation, headers } = await ask(`${path}/explain`);
  const etag = `${state.selected} ${headers.get('etag')}`;
  if (etag === state.etag && !focus) return;
  const [{ body: order }, events] = await Promise.all([ask(path), allEvents(path)]);
  // The views may be a moment behind: look again until they show the version that was explained.
  state.etag = order.version === explanation.version ? etag : '';
  state.order = order;
  byId('order').hidden = false;
  byId('order-title').textContent = `Order ${order.orderId}`;
  byId('facts').replaceChildren(...factsOf(order));
  const buttons = explanation.allowedCommands
    .filter((command) => command in state.schemas)
    .map((command) => buttonOf(command, explanation.mayRefuse.includes(command)));
  byId('allowed').replaceChildren(...(buttons.length > 0 ? buttons : ['Nothing: this order is closed.']));
  const due = explanation.nextDeadline;
  byId('next-deadline').replaceChildren(
    ...(due ? [`Next deadline: ${words(due.name)} `, time(due.due)] : []),
  );
  byId('timeline').replaceChildren(...events.map(eventOf));
  if (focus) byId('order-title').focus();
};

const select = (orderId) => {
  state.selected = orderId;
  history.replaceState(null, '', orderId ? `#${orderId}` : location.pathname);
  byId('order').hidden = orderId === null;
  void refresh(true);
};

// --- commands ---

/** Units of each line that the command is most likely about. */
const unitsFor = (command, order) =>
  (order.lines ?? [])
    .map(({ lineId, quantity, units }) => {
      const kept = quantity - (units?.cancelled ?? 0);
      const open = {
        ShipLines: kept - (units?.shipped ?? 0),
        PickLines: kept - (units?.picked ?? 0) - (units?.short ?? 0),
        ReportShortage: kept - (units?.picked ?? 0) - (units?.short ?? 0),
        ReorderLines: units?.short ?? 0,
        RequestReturn: (units?.delivered ?? 0) - (units?.returning ?? 0) - (units?.returned ?? 0),
      };
      return { lineId, quantity: open[command] ?? kept };
    })
    .filter(({ quantity }) => quantity > 0);

/** What somebody would most likely fill in, by the name of the member. */
const suggestion = (name, order, command) => {
  const refund = order.refunds?.find(({ confirmed }) => !confirmed);
  const back = refund?.legs.find(({ confirmed }) => !confirmed);
  const isBack = command === 'ConfirmRefund';
  const known = {
    amount: () => back?.amount ?? refund?.amount ?? moneyOf(order).outstanding,
    currency: () => moneyOf(order).currency,
    provider: () => (isBack ? (back?.provider ?? null) : 'by-hand'),
    paymentId: () => (isBack ? (back?.paymentId ?? null) : `by-hand-${Date.now()}`),
    parcelId: () => order.parcels?.find(({ delivered }) => !delivered)?.parcelId ?? `parcel-${Date.now()}`,
    reason: () => 'by-hand',
    accepted: () => true,
    lines: () => (command === 'CancelOrder' ? null : unitsFor(command, order)),
    returnId: () => order.returns?.find(({ status }) => status === 'open')?.returnId ?? '',
    refundId: () => refund?.refundId ?? '',
    buyerId: () => order.buyerId,
    holdId: () => (command === 'ReleaseHold' ? (order.holds?.[0]?.holdId ?? '') : null),
    receiver: () => ({ name: '', line1: '', postalCode: '', city: '', country: 'DE' }),
    region: () => 'fulfilment',
    status: () => (order.status?.fulfilment === 'delivered' ? 'shipped' : 'delivered'),
    text: () => '',
    list: () => byId('work-list').value,
    minutes: () => CLAIMED_FOR_MINUTES,
  };
  return known[name]?.() ?? null;
};

const openDialog = (command) => {
  const schema = state.schemas[command];
  const names = Object.keys(schema.properties ?? {});
  const data = Object.fromEntries(names.map((name) => [name, suggestion(name, state.order, command)]));
  state.command = command;
  state.key = crypto.randomUUID();
  byId('dialog-title').textContent = words(command);
  byId('dialog-doc').textContent = schema.description ?? '';
  byId('data').value = JSON.stringify(data, null, 2);
  byId('problem').textContent = '';
  byId('dialog').showModal();
};

const describe = ({ detail, errors = [] }) =>
  [detail, ...errors.map(({ pointer, message }) => `${pointer}: ${message}`)].join(' · ');

/** They are decided upon what is shown, and refused where that is over. */
const UPON_A_VERSION = new Set(['AdjustCharges', 'EditReceiver', 'OverrideStatus']);

/** Sends a command to an order. */
const tell = (orderId, said, { key, upon = {} }) =>
  ask(`/v1/orders/${encodeURIComponent(orderId)}/commands`, {
    method: 'POST',
    headers: { ...upon, 'content-type': 'application/json', 'idempotency-key': `"${key}"` },
    body: JSON.stringify(said),
  });

/** Waits until the views show what a command has done. */
const untilShown = async (orderId, { headers }) => {
  const position = headers.get('position');
  if (position)
    await ask(`/v1/orders/${encodeURIComponent(orderId)}`, { headers: { 'min-position': position } });
};

const send = async () => {
  const data = JSON.parse(byId('data').value);
  const upon = UPON_A_VERSION.has(state.command) ? { 'if-match': `"${state.order.version}"` } : {};
  const said = { type: state.command, data, actor: actor() || 'by-hand' };
  const answer = await tell(state.selected, said, { key: state.key, upon });
  byId('dialog').close();
  say(`${words(state.command)}: ${answer.body.result}`);
  await untilShown(state.selected, answer);
  await refresh(true);
};

byId('form').addEventListener('submit', (event) => {
  if (event.submitter?.value !== 'send') return;
  event.preventDefault();
  byId('problem').textContent = '';
  send().catch((error) => {
    byId('problem').textContent = error.problem ? describe(error.problem) : error.message;
    // What was refused was not remembered: the corrected command is another one.
    state.key = crypto.randomUUID();
  });
});

// --- the page ---

const refresh = async (focus) => {
  try {
    await Promise.all([loadOrders(), loadOrder(focus), loadWork()]);
  } catch (error) {
    say(error.problem ? describe(error.problem) : 'The server does not answer.');
  }
};

const loadFilter = async () => {
  const statuses = new Set();
  for (const name of ['retail', 'terms']) {
    const found = await ask(`/v1/lifecycles/${name}`).catch(() => null);
    for (const [region, values] of Object.entries(found?.body.statuses ?? {}))
      for (const value of values) statuses.add(`${region}.${value}`);
  }
  byId('filter').append(
    ...[...statuses].sort().map((value) => element('option', { value }, value.replace('.', ': '))),
  );
};

const start = async () => {
  for (const id of ['filter', 'q'])
    byId(id).addEventListener('change', () => {
      state.pages = 1;
      void refresh(false);
    });
  byId('more').addEventListener('click', () => {
    state.pages++;
    void refresh(false);
  });
  byId('close').addEventListener('click', () => select(null));
  startWork();
  const [{ body: build }, { body: api }] = await Promise.all([ask('/healthz'), ask('/openapi.json')]);
  byId('build').textContent = `${build.version}, ${build.profile}, durability ${build.durability}`;
  for (const [name, schema] of Object.entries(api.components.schemas))
    if (name.startsWith('order.')) state.schemas[name.slice('order.'.length)] = schema;
  await loadFilter();
  if (location.hash.length > 1) select(decodeURIComponent(location.hash.slice(1)));
  else await refresh(false);
  setInterval(() => {
    if (!document.hidden && !byId('dialog').open) void refresh(false);
  }, REFRESH_MS);
};

start().catch((error) => say(`The page could not start: ${error.message}`));
