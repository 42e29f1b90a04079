import { z } from 'zod'
import { PROBLEM_TYPE, problemSchema } from './problem.ts'
import type { JsonRoute, Route } from './route.ts'

/** The OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.0) of exactly these routes. */
export function openApiOf(routes: readonly Route[], version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    const methods = paths[route.path] ?? {}
    methods[route.method.toLowerCase()] = operationOf(route)
    paths[route.path] = methods
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tallygate store gateway',
      version,
      description:
        'Stock, movements, books and questions of one store. Amounts and quantities are scaled integers in decimal strings. A 2xx to a POST is given after the commit of everything it does; the same content again is answered the same and books nothing.',
    },
    servers: [{ url: '/' }],
    paths,
    components: { schemas: { Problem: jsonSchema(problemSchema, 'output') } },
  }
}

function operationOf(route: Route): Record<string, unknown> {
  const { summary, method, path } = route
  const content =
    'content' in route
      ? { [route.content]: route.content.startsWith('text/') ? { schema: { type: 'string' } } : {} }
      : { 'application/json': { schema: jsonSchema(route.answer, 'output') } }
  const success = { description: 'the answer', content }
  const isChanging = 'changes' in route && route.changes
  return {
    operationId: operationId(method, path),
    summary,
    parameters: parametersOf(route),
    ...('body' in route && route.body ? { requestBody: requestBody(route.body) } : {}),
    responses: {
      '200': success,
      ...(isChanging ? { '201': { ...success, description: 'booked as an entry' } } : {}),
      default: {
        description: 'a problem (RFC 9457)',
        content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

function parametersOf(route: Route): unknown[] {
  const query = 'query' in route ? parameters(route.query, 'query') : []
  return [...parameters(route.params, 'path'), ...query, ...keyParameter(route)]
}

function keyParameter(route: Route): unknown[] {
  if (!('changes' in route) || !route.changes) return []
  return [
    {
      name: 'Idempotency-Key',
      in: 'header',
      required: true,
      description: 'names this request; send the same key again when an answer was lost',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    },
  ]
}

function parameters(schema: z.ZodType | undefined, place: 'path' | 'query'): unknown[] {
  if (!schema) return []
  const { properties = {}, required = [] } = jsonSchema(schema, 'input')
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: property,
  }))
}

function requestBody(schema: NonNullable<JsonRoute['body']>) {
  return {
    required: true,
    content: { 'application/json': { schema: jsonSchema(schema, 'input') } },
  }
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output') {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io })
  return rest
}

/** `get-entries-sequence`: from the path, so that it stays as long as the path does. */
function operationId(method: string, path: string): string {
  const words = path.replace('/api/v1/', '/').split(/[^\w]+/)
  return [method.toLowerCase(), ...words.filter((word) => word !== '')].join('-')
}
