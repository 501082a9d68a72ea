import type { ProblemCode } from '../http/problem-codes.js'

export type Json = Record<string, unknown>

export interface Reference { $ref: string }

export interface Media { schema?: Json, example?: unknown, examples?: Record<string, unknown> }

export interface Content { description?: string, content?: Record<string, Media>, headers?: Json }

interface Parameter { name: string, in: string }

export interface Operation {
  operationId?: string
  tags?: string[]
  parameters?: (Parameter | Reference)[]
  requestBody?: Content
  responses: Record<string, Content | Reference>
  security?: Record<string, string[]>[]
  /** For this file alone: whether an Idempotency-Key is taken (plugins/idempotency.ts). */
  'x-idempotency-key'?: 'optional' | 'required'
  /** For this file alone: the route's own problems (plugins/openapi-problems.ts). */
  'x-problems'?: readonly ProblemCode[]
  /** For this file alone: an address that it fits belongs to another path, which does not take the method. */
  'x-shadowed'?: boolean
}

export interface Document {
  paths: Record<string, Record<string, Operation>>
  components: Record<string, Json>
  tags: unknown[]
  'x-tagGroups'?: unknown
}
