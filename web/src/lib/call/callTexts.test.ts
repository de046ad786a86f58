import { globSync } from 'node:fs'
import { expect, it } from 'vitest'

it('no feature of the call has a text of the same name as another', async () => {
  const files = globSync('*/*.vi.ts', { cwd: import.meta.dirname })
  expect(files.length).toBeGreaterThan(5)
  const places = new Map<string, string>()
  for (const file of files) {
    const module: Record<string, object> = await import(/* @vite-ignore */ `./${file}`)
    for (const [list, texts] of Object.entries(module)) {
      for (const name of Object.keys(texts)) {
        // News have a list of their own, and so has each part that brings its words with it.
        const key = list.endsWith('News') ? `news.${name}` : list.endsWith('Words') ? `${list}.${name}` : name
        expect([key, places.get(key)]).toEqual([key, undefined])
        places.set(key, file)
      }
    }
  }
})
