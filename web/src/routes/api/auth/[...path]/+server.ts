import { services } from '#web/server/services.ts'
import type { RequestHandler } from './$types'

const answer: RequestHandler = ({ request }) => services().accounts.handler(request)

export const GET = answer
export const POST = answer
