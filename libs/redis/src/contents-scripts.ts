// What runs inside Redis for whoever compares a cache with the log: small steps, each of one moment.

/**
 * KEYS: head. ARGV: lists; then for each document its key, view and id. Gives of each version, place, body, and in how many
 * of the lists of its place it stands: all of one moment.
 */
export const CONTENTS = `
local contents = {}
for i = 2, #ARGV, 3 do
  local found = redis.call('HMGET', ARGV[i], 'v', 'p', 'b')
  local place, stands = found[2] or '', 0
  local member = (string.match(place, '=([^\\n]*)') or '') .. '\\1' .. ARGV[i + 2]
  local behind = string.find(place, '\\n', 1, true)
  if behind then
    for list in string.gmatch(string.sub(place, behind), '[^\\n]+') do
      if redis.call('ZSCORE', ARGV[1] .. ARGV[i + 1] .. '/' .. list, member) then stands = stands + 1 end
    end
  end
  contents[#contents + 1] = found[1]
  contents[#contents + 1] = found[2]
  contents[#contents + 1] = found[3]
  contents[#contents + 1] = stands
end
return contents`;

/**
 * KEYS: a list. ARGV: documents of the view, the list's name, then members. Gives of each that still stands there and whose
 * document says otherwise, its id and its version, or '0' where there is no document.
 */
export const STRAYS = `
local strays = {}
for i = 3, #ARGV do
  local mark = string.find(ARGV[i], '\\1', 1, true) or #ARGV[i]
  local id = string.sub(ARGV[i], mark + 1)
  local found = redis.call('HMGET', ARGV[1] .. id, 'v', 'p')
  local place = (found[2] or '') .. '\\n'
  local isSorted = string.match(place, '=([^\\n]*)') == string.sub(ARGV[i], 1, mark - 1)
  local isNamed = string.find(place, '\\n' .. ARGV[2] .. '\\n', 1, true)
  if not (isSorted and isNamed) and redis.call('ZSCORE', KEYS[1], ARGV[i]) then
    strays[#strays + 1] = id
    strays[#strays + 1] = found[1] or '0'
  end
end
return strays`;
