/** What a member of the group says of itself when it joins: who it is, and the shards that it owns, longest owned first. */
export type Claim = { readonly memberId: string; readonly owned: readonly number[] };

/**
 * Deals shards out: everybody an equal share, who had one keeps it, and what somebody has had longest moves last.
 * O(members x shards).
 */
export const dealOut = (claims: readonly Claim[], shards: number): ReadonlyMap<string, readonly number[]> => {
  const free = new Set(Array.from({ length: shards }, (_, index) => index));
  // Those with more first, so that the larger shares go where less has to move.
  const members = [...claims].sort(
    (a, b) => b.owned.length - a.owned.length || (a.memberId < b.memberId ? -1 : 1),
  );
  const share = (index: number): number =>
    Math.floor(shards / members.length) + (index < shards % members.length ? 1 : 0);
  const dealt = members.map(({ memberId, owned }, index) => {
    const kept = owned.filter((shard) => free.has(shard)).slice(0, share(index));
    for (const shard of kept) free.delete(shard);
    return { memberId, shards: kept };
  });
  dealt.forEach(({ shards: dealtTo }, index) => {
    for (const shard of free) {
      if (dealtTo.length >= share(index)) break;
      dealtTo.push(shard);
      free.delete(shard);
    }
  });
  return new Map(dealt.map(({ memberId, shards: dealtTo }) => [memberId, dealtTo]));
};
