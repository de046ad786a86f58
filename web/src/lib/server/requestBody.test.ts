import { describe, expect, it } from 'vitest'
import { officeBody, strangersBody, withinLimits } from './requestBody.ts'

const form = 'application/x-www-form-urlencoded'

function post(body: string | ReadableStream | FormData, type: string | null = form): Request {
  return new Request('http://localhost/login', {
    method: 'POST',
    body,
    headers: type === null ? {} : { 'content-type': type },
    ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
  } as RequestInit)
}

describe('the body of a request', () => {
  it('comes through as it was sent', async () => {
    const read = await withinLimits(post('email=a%40b&password=x'), strangersBody)
    expect(Object.fromEntries(await read.formData())).toEqual({ email: 'a@b', password: 'x' })
    const parts = new FormData()
    parts.set('name', 'Nguyễn Thị')
    expect((await (await withinLimits(post(parts, null), strangersBody)).formData()).get('name')).toBe(
      'Nguyễn Thị',
    )
    const bare = new Request('http://localhost/')
    expect(await withinLimits(bare, strangersBody)).toBe(bare)
  })

  it.each([
    ['of many fields', () => post('a=&'.repeat(65))],
    ['of a million fields', () => post('a=&'.repeat(1_400_000))],
    [
      'of many parts',
      () => {
        const parts = new FormData()
        for (let count = 0; count < 100; count++) parts.append('a', '')
        return post(parts, null)
      },
    ],
    ['longer than a stranger may send', () => post(`a=${'x'.repeat(16 * 1024)}`)],
    ['of no form', () => post('x'.repeat(17_000), 'application/json')],
  ])('%s is refused before it is parsed', async (_, request) => {
    await expect(withinLimits(request(), strangersBody)).rejects.toMatchObject({ status: 413 })
  })

  it('that says nothing of its length is read no further than the limit', async () => {
    let sent = 0
    const endless = new ReadableStream({
      pull(controller) {
        sent++
        controller.enqueue(new Uint8Array(4096))
      },
    })
    await expect(withinLimits(post(endless), strangersBody)).rejects.toMatchObject({ status: 413 })
    expect(sent).toBeLessThan(8)
  })

  it('of the office may be long, and not of a million fields', async () => {
    const long = await withinLimits(post(`a=${'x'.repeat(3_000_000)}`), officeBody)
    expect((await long.text()).length).toBe(3_000_002)
    await expect(withinLimits(post('a=&'.repeat(30_000)), officeBody)).rejects.toMatchObject({ status: 413 })
  })
})
