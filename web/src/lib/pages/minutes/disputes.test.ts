import { expect, test } from 'vitest'
import { aboutField, belowRow, placeAfter, type PaperDisputes } from './disputes.ts'
import type { Dispute } from './mergeMinutes.ts'

const base = { path: '', from: 0, to: 0 }
const field: Dispute = { place: 'subject', from: null, to: null, mine: ['a'], theirs: ['b'], base }
const rows: Dispute = { place: 'conclusions', from: 1, to: 3, mine: ['a', 'b'], theirs: ['c'], base }
const above: Dispute = { ...rows, from: 0, to: 0, mine: [] }
const disputes: PaperDisputes = { all: [field, rows, above], choose: () => undefined }

test('a dispute is shown at its field, or below its last row', () => {
  expect(aboutField(disputes, 'subject')).toBe(field)
  expect(aboutField(disputes, 'conclusions')).toBeUndefined()
  expect(belowRow(disputes, 'conclusions', 2)).toEqual([rows])
  expect(belowRow(disputes, 'conclusions', 1)).toEqual([])
  expect(belowRow(disputes, 'conclusions', -1)).toEqual([above])
})

test('a field goes where its row went, or the row of its row', () => {
  const moved = new Map([
    ['items.0', 'items.1'],
    ['items.0.paragraphs.2', 'items.1.paragraphs.3'],
  ])
  expect(placeAfter(moved, 'items.0.title')).toBe('items.1.title')
  expect(placeAfter(moved, 'items.0.paragraphs.2')).toBe('items.1.paragraphs.3')
  expect(placeAfter(moved, 'subject')).toBeNull()
})
