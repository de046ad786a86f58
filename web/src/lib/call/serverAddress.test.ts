import { expect, test } from 'vitest'
import { serverAddress } from './serverAddress.ts'

test('the address of the server has its port, said or not', () => {
  const at = (url: string) => serverAddress(new URL(url))
  expect(at('https://hop.example.vn/meetings/1/call')).toEqual({
    protocol: 'wss',
    host: 'hop.example.vn',
    port: '443',
  })
  expect(at('http://10.0.0.7/')).toEqual({ protocol: 'ws', host: '10.0.0.7', port: '80' })
  expect(at('https://hop.example.vn:8443/')).toMatchObject({ port: '8443' })
})
