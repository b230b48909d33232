/** What a member of the group says of itself when it joins: who it is, and what it owns, longest owned first. */
export type Claim = { readonly memberId: string; readonly owned: readonly number[] };

/**
 * Deals partitions out: everybody an equal share, who had one keeps it, and what somebody has had longest moves last.
 * O(members x partitions).
 */
export const dealOut = (
  claims: readonly Claim[],
  partitions: number,
): ReadonlyMap<string, readonly number[]> => {
  const free = new Set(Array.from({ length: partitions }, (_, index) => index));
  // Those with more first, so that the larger shares go where less has to move.
  const members = [...claims].sort(
    (a, b) => b.owned.length - a.owned.length || (a.memberId < b.memberId ? -1 : 1),
  );
  const share = (index: number): number =>
    Math.floor(partitions / members.length) + (index < partitions % members.length ? 1 : 0);
  const dealt = members.map(({ memberId, owned }, index) => {
    const kept = owned.filter((partition) => free.has(partition)).slice(0, share(index));
    for (const partition of kept) free.delete(partition);
    return { memberId, partitions: kept };
  });
  dealt.forEach(({ partitions: dealtTo }, index) => {
    for (const partition of free) {
      if (dealtTo.length >= share(index)) break;
      dealtTo.push(partition);
      free.delete(partition);
    }
  });
  return new Map(dealt.map(({ memberId, partitions: dealtTo }) => [memberId, dealtTo]));
};
