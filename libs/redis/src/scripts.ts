// What runs inside Redis: each script is one step that nothing comes between. To Redis documents are text.

/**
 * Puts a document over one that is not newer, and into its lists; an empty place removes it. A place is '=' and the sort
 * key, and below it the lists, a line each. A removed document keeps its version for an hour: longer than any writer
 * lives on that has lost its part of the log.
 */
const PUT = `
local DOCUMENTS, LISTS, TOMBSTONE_MS = ARGV[1], ARGV[2], 3600000
local call, lines = redis.call, '[^\\n]+'

local function sortKey(place)
  return string.match(place, '=([^\\n]*)')
end

-- Enters or leaves every list of a place but those that another place has too.
local function each(command, view, place, member, except)
  local lists, behind = LISTS .. view .. '/', string.find(place, '\\n', 1, true)
  if not behind then return end
  for list in string.gmatch(string.sub(place, behind), lines) do
    if not except or not string.find(except, '\\n' .. list .. '\\n', 1, true) then
      if command == 'ZADD' then call('ZADD', lists .. list, 0, member) else call('ZREM', lists .. list, member) end
    end
  end
end

local function move(view, id, from, to)
  local oldSort, newSort = sortKey(from), sortKey(to)
  local stays = oldSort == newSort
  if oldSort then each('ZREM', view, from, oldSort .. '\\1' .. id, stays and to .. '\\n') end
  if newSort then each('ZADD', view, to, newSort .. '\\1' .. id, stays and from .. '\\n') end
end

local function put(view, id, version, place, body)
  local key = DOCUMENTS .. view .. '/' .. id
  local had = call('HMGET', key, 'v', 'p')
  if had[1] and tonumber(had[1]) > tonumber(version) then return end
  local from = had[2] or ''
  if from == place and place ~= '' then
    call('HSET', key, 'v', version, 'b', body)
    return
  end
  move(view, id, from, place)
  if place == '' then
    call('DEL', key)
    call('HSET', key, 'v', version)
    call('PEXPIRE', key, TOMBSTONE_MS)
  else
    call('HSET', key, 'v', version, 'p', place, 'b', body)
    if had[1] and from == '' then call('PERSIST', key) end
  end
end

local function putAll(first)
  for i = first, #ARGV, 5 do put(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]) end
end
`;

/** Whoever has begun the cache, or found it, writes under its epoch: after a flush there is none, or another one. */
const SAME_EPOCH = `
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[3] then return redis.error_reply('LOST the cache was emptied') end
`;

/** The steps of a window are sent together: one that was not taken must not be followed by those behind it. */
const AFTER_STEP = `
if ARGV[6] ~= '' and redis.call('HGET', KEYS[1], 'step:' .. ARGV[4]) ~= ARGV[6] then
  return redis.error_reply('TORN an earlier step of the window was not taken')
end
`;

/**
 * KEYS: head. ARGV: documents, lists, epoch; part, this step, the step before it ('' for the first); then five for each
 * document: view, id, version, place, body.
 */
export const WRITE = `${PUT}${SAME_EPOCH}${AFTER_STEP}
putAll(7)
redis.call('HSET', KEYS[1], 'step:' .. ARGV[4], ARGV[5])
return 1`;

/**
 * KEYS: head, sequences of the part, parked. ARGV: documents, lists, epoch; part, log index, the last step ('' where there
 * was none); then, each behind its count: slots with their sequences, parked events; then documents. The checkpoint comes
 * last, so it is never ahead of a document, and it never goes back.
 */
export const COMMIT = `${PUT}${SAME_EPOCH}${AFTER_STEP}
local part, index, slots = ARGV[4], ARGV[5], 7
local parked = slots + 1 + 2 * tonumber(ARGV[slots])
local documents = parked + 1 + tonumber(ARGV[parked])
putAll(documents)
for i = parked + 1, documents - 1 do redis.call('RPUSH', KEYS[3], ARGV[i]) end
if tonumber(index) >= tonumber(redis.call('HGET', KEYS[1], 'at:' .. part)) then
  redis.call('HSET', KEYS[1], 'at:' .. part, index)
  if parked > slots + 1 then redis.call('HSET', KEYS[2], unpack(ARGV, slots + 1, parked - 1)) end
end
return 1`;

/** Which generations are fed: one whose record nobody has written has the name of its folds. */
const LIVE_AND_BESIDE = `
local function liveAndBeside(first)
  local found = redis.call('HMGET', KEYS[1], 'live', 'beside')
  return found[1] or first, found[2] or ''
end
`;

/**
 * KEYS: placement, generations, head, sequences of the part. ARGV: generation, folds; an epoch, the part, the log index at
 * which it is filled; these count only where there is none. Gives epoch, log index and sequences of the part. A generation
 * that was given up is not begun again: whoever stood still meanwhile ends here, since its epoch went with it.
 */
export const BEGIN = `${LIVE_AND_BESIDE}
local live, beside = liveAndBeside(ARGV[2])
if live ~= ARGV[1] and beside ~= ARGV[1] then return redis.error_reply('GONE the generation was given up') end
redis.call('SADD', KEYS[2], ARGV[1])
redis.call('HSETNX', KEYS[3], 'epoch', ARGV[3])
if redis.call('HSETNX', KEYS[3], 'at:' .. ARGV[4], 0) == 1 then
  redis.call('HSET', KEYS[3], 'filled:' .. ARGV[4], ARGV[5])
  redis.call('DEL', KEYS[4])
end
return { redis.call('HGET', KEYS[3], 'epoch'), redis.call('HGET', KEYS[3], 'at:' .. ARGV[4]), redis.call('HGETALL', KEYS[4]) }`;

/**
 * KEYS: placement. ARGV: folds; the version that was read, the next one, its live generation, the one beside it or '', the
 * placement; what stands in front of and behind a generation's name in its head. Gives 1, or 0 where another version
 * is there. What is fed no more loses its epoch in the same step, and nobody can write to it from then on.
 */
export const PLACE = `${LIVE_AND_BESIDE}
if (redis.call('HGET', KEYS[1], 'version') or '1') ~= ARGV[2] then return 0 end
local fed = { liveAndBeside(ARGV[1]) }
for _, generation in ipairs(fed) do
  if generation ~= ARGV[4] and generation ~= ARGV[5] then redis.call('DEL', ARGV[7] .. generation .. ARGV[8]) end
end
redis.call('HSET', KEYS[1], 'version', ARGV[3], 'live', ARGV[4], 'beside', ARGV[5], 'placement', ARGV[6])
return 1`;

/**
 * Every question is asked of the generation that its reader takes for the live one, and answered by that one: where another
 * one is live the answer is -2 and its name. `shown` gives the log index that the cache shows, all parts together; -1
 * where one of them is not there or not filled, and -3 where one is behind what readers have been told that it shows.
 */
const LIVE = `${LIVE_AND_BESIDE}
local live = liveAndBeside(ARGV[2])
if live ~= ARGV[1] then return { -2, live } end
local function shown(first)
  local sum, behind = 0, false
  for i = first, #ARGV, 2 do
    local at, filled = unpack(redis.call('HMGET', KEYS[2], 'at:' .. ARGV[i], 'filled:' .. ARGV[i]))
    if not at or tonumber(at) < tonumber(filled) then return -1 end
    behind = behind or tonumber(at) < tonumber(ARGV[i + 1])
    sum = sum + tonumber(at)
  end
  return behind and -3 or sum
end
`;

/** KEYS: placement, head. ARGV: generation, folds, then parts, each with the log index that readers have been told of. */
export const AS_OF = `${LIVE}
return { shown(3) }`;

/** KEYS: placement, head, the document. ARGV: generation, folds, then parts as above. Gives the log index, version and body. */
export const GET = `${LIVE}
local found = redis.call('HMGET', KEYS[3], 'v', 'b')
return { shown(3), found[1], found[2] }`;

/**
 * KEYS: placement, head, the list. ARGV: generation, folds; documents of the view, where to go on ('' at the top), how
 * many, then parts as above. Gives the log index, and member, version and body of each document, newest first.
 */
export const LIST = `${LIVE}
local from = '+'
if ARGV[4] ~= '' then from = '(' .. ARGV[4] end
local page = { shown(6) }
for _, member in ipairs(redis.call('ZREVRANGEBYLEX', KEYS[3], from, '-', 'LIMIT', 0, ARGV[5])) do
  local id = string.sub(member, string.find(member, '\\1', 1, true) + 1)
  local found = redis.call('HMGET', ARGV[3] .. id, 'v', 'b')
  page[#page + 1] = member
  page[#page + 1] = found[1]
  page[#page + 1] = found[2]
end
return page`;
