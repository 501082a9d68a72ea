import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Negotiator from 'negotiator'
import { entityTag, matchesNone } from './conditional.js'

/** 132 bits of SHA-256 in base64url. */
const HASH_LENGTH = 22
/** Of 11. The last two take twenty times as long for a tenth of the bytes, and somebody waits for the first answer. */
const BROTLI_QUALITY = 9
/** The best first, for a client that takes several equally well. */
const CODINGS = ['br', 'gzip', 'identity'] as const
type Coding = typeof CODINGS[number]

const compressors: Record<Exclude<Coding, 'identity'>, (bytes: Buffer) => Promise<Buffer>> = {
  br: bytes => promisify(brotliCompress)(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
  }),
  gzip: bytes => promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION })
}

/**
 * What is the same for everybody as long as the process lives: it is compressed once in each coding, when first asked
 * for.
 */
export interface Asset {
  readonly type: string
  /** Of the bytes before they are compressed. */
  readonly hash: string
  encoded (coding: Coding): Promise<Buffer>
}

export function createAsset (type: string, content: string | Buffer): Asset {
  const bytes = Buffer.from(content)
  const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, HASH_LENGTH)
  const encoded = new Map<Coding, Promise<Buffer>>([['identity', Promise.resolve(bytes)]])
  return {
    type,
    hash,
    encoded (coding) {
      const known = encoded.get(coding)
      if (known !== undefined) return known
      const made = compressors[coding as keyof typeof compressors](bytes)
      encoded.set(coding, made)
      return made
    }
  }
}

/** A client that says nothing, or nothing that we have, gets it as it is. */
function chooseCoding (header: string | undefined): Coding {
  if (header === undefined) return 'identity'
  const accepted = new Negotiator({ headers: { 'accept-encoding': header } }).encodings([...CODINGS])
  return CODINGS.find(coding => accepted.includes(coding)) ?? 'identity'
}

/** Each coding has an ETag of its own: a strong one promises the same bytes. */
export async function sendAsset (request: FastifyRequest, reply: FastifyReply, asset: Asset): Promise<FastifyReply> {
  const coding = chooseCoding(request.headers['accept-encoding'] as string | undefined)
  const etag = entityTag(coding === 'identity' ? asset.hash : `${asset.hash}-${coding}`)
  reply.header('etag', etag)
  if (!reply.hasHeader('vary')) reply.header('vary', 'Accept, Accept-Language, Accept-Encoding')
  if (matchesNone(request.headers['if-none-match'], etag)) return reply.code(304).send()
  if (coding !== 'identity') reply.header('content-encoding', coding)
  return reply.type(asset.type).send(await asset.encoded(coding))
}
