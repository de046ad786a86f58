import { compareByGivenName, searchText } from '#contract/vietnamese.ts'

interface Listed {
  participantId: string | null
  name: string
  position: string
  isSite?: boolean
}

/** Positions by rank, the highest first, as search sees them; what is not here ranks below. A deputy follows the head. */
const ranks: readonly (readonly string[])[] = [
  ['bi thu'],
  ['chu tich'],
  ['uy vien'],
  ['tong giam doc', 'giam doc', 'chanh', 'truong ban', 'cuc truong', 'chi cuc truong', 'vien truong'],
  ['hieu truong', 'chi huy truong', 'truong cong an', 'truong doan'],
  ['truong', 'doi truong', 'to truong'],
  ['chuyen vien cao cap', 'thanh tra vien cao cap'],
  ['chuyen vien chinh', 'thanh tra vien chinh'],
  ['chuyen vien', 'thanh tra vien'],
  ['ke toan', 'van thu', 'can su', 'can bo', 'nhan vien'],
]

/**
 * Those present or absent as minutes list them: who chairs first, then by rank, people of one rank by given name, rooms
 * last. A proposal, which the writer may undo: ranks are read from the positions' words.
 */
export function inOrderOfRank<T extends Listed>(
  people: readonly T[],
  chair: { participantId: string | null; name: string },
): T[] {
  const isChair = (one: T): boolean =>
    chair.participantId === null
      ? chair.name !== '' && one.name === chair.name
      : one.participantId === chair.participantId
  return people
    .map((one) => ({ one, rank: one.isSite ? Infinity : isChair(one) ? -1 : rankOf(one.position) }))
    .sort((a, b) => (a.rank === b.rank ? compareByGivenName(a.one.name, b.one.name) : a.rank - b.rank))
    .map(({ one }) => one)
}

function rankOf(position: string): number {
  const text = searchText(position).replace(/^quyen /, '')
  const isDeputy = text.startsWith('pho ')
  const head = isDeputy ? text.slice('pho '.length) : text
  const found = ranks.findIndex((words) => words.some((word) => head === word || head.startsWith(`${word} `)))
  return 2 * (found === -1 ? ranks.length : found) + (isDeputy ? 1 : 0)
}
