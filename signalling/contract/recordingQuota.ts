/** How recordings stand to what they may take: no bound, below 90 % of it, from there on, at it. */
export type QuotaState = 'none' | 'fine' | 'near' | 'full'

/** @param quotaGb of 10^9 bytes each; 0 for no bound */
export function quotaStateOf(usedBytes: number, quotaGb: number): QuotaState {
  if (quotaGb === 0) return 'none'
  const share = usedBytes / (quotaGb * 1e9)
  if (share >= 1) return 'full'
  return share >= 0.9 ? 'near' : 'fine'
}
