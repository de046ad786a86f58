import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { errorCodes, httpStatusOf } from '#contract/errors.ts'
import { Grant, GrantLevel, TrackSource } from '#contract/grant.ts'
import { MeetingId } from '#contract/ids.ts'
import { MediaTicket } from '#contract/media.ts'
import { meetingRoles } from '#contract/meeting.ts'
import { actions, scopesOf } from '#contract/permissions.ts'
import { pushes, WireErrorSchema } from '#contract/pushes.ts'
import { replySchemas } from '#contract/replies.ts'
import { callRequests, connectionRequests, requestSchemas } from '#contract/requests.ts'
import { ChatMessage } from '#contract/room/chatEvents.ts'
import { ParticipantView } from '#contract/room/participantView.ts'
import { isDurable, scopesReachedBy, type RoomEvent } from '#contract/room/room.ts'
import { scopes } from '#contract/room/scope.ts'
import { RoomEventSchema } from '#contract/room/storedEvent.ts'
import { ScopeSnapshot, viewSchemas } from '#contract/room/views.ts'
import { passing } from '#signalling/callSignal.ts'
import { handlers } from '#signalling/handlers/handlers.ts'

const folder = join(import.meta.dirname, '../signalling')
const readme = join(folder, 'README.md')

/** As much of JSON Schema as our schemas make. */
const Shape = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  const: z.unknown().optional(),
  enum: z.array(z.string()).optional(),
  pattern: z.string().optional(),
  maxLength: z.number().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  items: z.unknown().optional(),
  propertyNames: z.unknown().optional(),
  additionalProperties: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
})

const idPattern = Shape.parse(z.toJSONSchema(MeetingId)).pattern ?? ''

/** Shapes that have a name in the tables. */
const named: Record<string, z.ZodType> = {
  role: ParticipantView.shape.role,
  source: TrackSource,
  level: GrantLevel,
  grant: Grant,
  participant: ParticipantView,
  message: ChatMessage,
  ticket: MediaTicket,
  scope: z.enum(scopes),
  snapshot: ScopeSnapshot,
  action: z.enum(actions),
  error: WireErrorSchema,
}

/** Shapes that have a name and a table of their own. */
const tabled: Record<string, { schema: z.ZodType; where: string }> = {
  code: { schema: z.enum(errorCodes), where: 'a code of the table of errors' },
  event: { schema: RoomEventSchema, where: 'of the table of events, with `type` and `atMs`' },
  ...Object.fromEntries(
    scopes.map((scope) => [
      `${scope}View`,
      { schema: viewSchemas[scope], where: 'of the table of scopes, with `epoch` and `version`' },
    ]),
  ),
}
const names = new Map(
  [
    ...Object.entries(named),
    ...Object.entries(tabled).map(([name, { schema }]): [string, z.ZodType] => [name, schema]),
  ].map(([name, schema]) => [keyOf(z.toJSONSchema(schema)), name]),
)

/** The same for the same shape, wherever it stands. */
function keyOf(schema: unknown): string {
  const { $schema: _version, ...shape } = Shape.parse(schema)
  return JSON.stringify(shape)
}

/** A schema as a reader sees it: `{ siteId: id | null, isPresent: boolean }`. */
function shapeText(schema: unknown, { isDefinition = false } = {}): string {
  const name = names.get(keyOf(schema))
  if (name !== undefined && !isDefinition) return name
  const shape = Shape.parse(schema)
  const options = shape.anyOf ?? shape.oneOf
  if (options) return options.map((option) => shapeText(option)).join(' | ')
  if (shape.const !== undefined) return JSON.stringify(shape.const)
  if (shape.enum) return shape.enum.join(' | ')
  if (Array.isArray(shape.type)) return shape.type.map((type) => shapeText({ ...shape, type })).join(' | ')
  switch (shape.type) {
    case 'object':
      return shape.properties ? objectText(shape.properties, shape.required ?? []) : mapText(shape)
    case 'array':
      return `[${shapeText(shape.items)}]`
    case 'string':
      if (shape.pattern === idPattern) return 'id'
      if (shape.pattern !== undefined)
        return shape.pattern.replace(/^\^|\$$/g, '').replace(idPattern.slice(1, -1), '<id>')
      return shape.maxLength === undefined ? 'text' : `text up to ${shape.maxLength}`
    default:
      return shape.type ?? 'anything'
  }
}

function objectText(properties: Record<string, unknown>, required: readonly string[]): string {
  const fields = Object.entries(properties).map(
    ([name, field]) => `${name}${required.includes(name) ? '' : '?'}: ${shapeText(field)}`,
  )
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`
}

/** What is kept by a key: `{ [id]: participant }`. */
function mapText({ propertyNames, additionalProperties }: z.infer<typeof Shape>): string {
  const value = additionalProperties === undefined ? 'anything' : shapeText(additionalProperties)
  return value === 'anything' ? 'object' : `{ [${shapeText(propertyNames)}]: ${value} }`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

const code = (text: string): string => `\`${text}\``

function shapesTable(): string {
  const rows = Object.entries(named).map(([name, schema]) => [
    code(name),
    code(shapeText(z.toJSONSchema(schema), { isDefinition: true })),
  ])
  const elsewhere = Object.entries(tabled).map(([name, { where }]) => [code(name), where])
  return table(['word', 'stands for'], [[code('id'), code(idPattern)], ...rows, ...elsewhere])
}

function requestsTable(): string {
  const payload = (schema: z.ZodType): string => code(shapeText(z.toJSONSchema(schema, { io: 'input' })))
  const ofConnection = Object.entries(connectionRequests).map(([name, schema]) => [
    code(name),
    payload(schema),
    'anybody who is known',
    '',
  ])
  const ofCall = Object.entries(handlers).map(([name, { allows, needsSeat }]) => {
    const schema = Object.entries(requestSchemas).find(([known]) => known === name)?.[1]
    if (!schema) throw new Error(`no schema of ${name}`)
    const may = typeof allows === 'string' ? code(allows) : 'it depends (above)'
    return [code(name), payload(schema), may, needsSeat ? 'yes' : '']
  })
  const missing = Object.keys(callRequests).filter((name) => !Object.hasOwn(handlers, name))
  if (missing.length > 0) throw new Error(`no handler of ${missing.join(', ')}`)
  return table(['request', 'payload', 'who may', 'in the seat'], [...ofConnection, ...ofCall])
}

function repliesTable(): string {
  const rows = Object.entries(replySchemas).map(([name, schema]) => [
    code(name),
    code(shapeText(z.toJSONSchema(schema))),
  ])
  return table(['request', 'value of its ack'], rows)
}

function pushesTable(): string {
  const rows = Object.entries(pushes).map(([name, { to, payload }]) => [
    code(name),
    to,
    code(shapeText(z.toJSONSchema(payload))),
  ])
  return table(['push', 'to', 'says'], rows)
}

/** The schemas of all kinds of events, as JSON Schema. */
function eventShapes(schema: unknown = z.toJSONSchema(RoomEventSchema)): z.infer<typeof Shape>[] {
  const shape = Shape.parse(schema)
  return shape.oneOf ? shape.oneOf.flatMap(eventShapes) : [shape]
}

function eventsTable(): string {
  const rows = eventShapes().map((shape) => {
    const { type, atMs: _atMs, ...fields } = shape.properties ?? {}
    const name = String(Shape.parse(type).const)
    // What an event reaches, and whether it is stored, is decided by its name.
    const event = { type: name, participantId: '' } as unknown as RoomEvent
    const reached = scopesReachedBy(event).join(', ') || 'nobody'
    const text = objectText(fields, shape.required ?? [])
    return [code(name), code(text), reached, isDurable(event) ? 'yes' : '']
  })
  return table(['event', 'says, beside `type` and `atMs`', 'reaches', 'stored'], rows)
}

function scopesTable(): string {
  const rows = scopes.map((scope) => {
    const roles = meetingRoles.filter((meetingRole) =>
      scopesOf({ isSystemAdmin: false, unitRoles: [], meetingRole }).includes(scope),
    )
    const shape = Shape.parse(z.toJSONSchema(viewSchemas[scope]))
    const { epoch: _epoch, version: _version, ...fields } = shape.properties ?? {}
    return [code(scope), roles.join(', '), code(objectText(fields, shape.required ?? []))]
  })
  return table(['scope', 'roles that have it', 'its view holds, beside `epoch` and `version`'], rows)
}

function errorsTable(): string {
  const source = readFileSync(join(folder, 'contract/errors.ts'), 'utf8')
  const rows = errorCodes.map((name) => {
    const about = new RegExp(`^  '${name}',(?: // (.*))?$`, 'm').exec(source)?.[1] ?? ''
    return [code(name), String(httpStatusOf(name)), passing.has(name) ? 'yes' : '', about]
  })
  return table(['code', 'HTTP', 'passes', 'means'], rows)
}

const tables: Record<string, () => string> = {
  words: shapesTable,
  requests: requestsTable,
  replies: repliesTable,
  pushes: pushesTable,
  events: eventsTable,
  scopes: scopesTable,
  errors: errorsTable,
}

/** The protocol's text with the tables of today. */
export function withProtocolTables(text: string): string {
  return Object.entries(tables).reduce((some, [name, make]) => {
    const begin = `<!-- ${name}: begin (made by deploy/protocolTables.ts) -->`
    const end = `<!-- ${name}: end -->`
    const [from, to] = [some.indexOf(begin), some.indexOf(end)]
    if (from < 0 || to < from) throw new Error(`signalling/README.md has no place for the ${name}`)
    return `${some.slice(0, from)}${begin}\n\n${make()}\n\n${some.slice(to)}`
  }, text)
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(readme, withProtocolTables(readFileSync(readme, 'utf8')))
}
