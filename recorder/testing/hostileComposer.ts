import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { ComposeTask } from '../composition/composeApart.ts'

// A composing process that the title of its task makes do what none should.

const [message] = await once(process, 'message')
switch (ComposeTask.parse(message).header.title) {
  case 'eat': {
    const eaten: Buffer[] = []
    for (;;) {
      eaten.push(Buffer.alloc(16 * 1024 * 1024, 1))
      await new Promise((resolve) =>
        process.send?.({ type: 'progress', percent: eaten.length * 16 }, resolve),
      )
    }
  }
  case 'hang': {
    const child = spawn('sleep', ['1000'], { stdio: 'ignore' })
    await new Promise((resolve) => process.send?.({ type: 'progress', percent: child.pid }, resolve))
    for (;;);
  }
  case 'die':
    process.kill(process.pid, 'SIGKILL')
    break
  case 'look': {
    const reason = JSON.stringify({
      env: Object.keys(process.env),
      networks: Object.keys(networkInterfaces()),
    })
    process.send?.({ type: 'failed', code: null, reason }, () => process.exit())
  }
}
