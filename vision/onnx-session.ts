import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { Output } from './decoders/decoder.ts'
import { messageOf } from './model-folder.ts'
import { ModelRefused } from './model-manifest.ts'
import { halfValue } from './tensor.ts'

/** What ONNX Runtime knows of an input or output; a free size is null. */
export interface TensorFacts {
  readonly name: string
  readonly type: string
  readonly shape: readonly (number | null)[]
}

export interface ModelFacts {
  readonly inputs: readonly TensorFacts[]
  readonly outputs: readonly TensorFacts[]
}

/** A tensor that goes in; half precision as its bits. */
export interface Feed {
  readonly name: string
  readonly type: 'uint8' | 'float32' | 'float16' | 'int64'
  readonly data: Uint8Array | Float32Array | Uint16Array | BigInt64Array
  readonly dims: readonly number[]
}

/** A loaded model. `run` blocks its thread. */
export interface ModelSession {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  /** All outputs as float32, by name. Throws `ModelRefused` for one that holds no numbers. */
  run(feeds: readonly Feed[]): Promise<ReadonlyMap<string, Output>>
  close(): Promise<void>
}

/**
 * One thread and no spinning: with ONNX Runtime's own choice a shared two-core machine was twice
 * as slow, and spinning burns a core after every frame.
 */
const SESSION: InferenceSession.SessionOptions = {
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  interOpNumThreads: 1,
  intraOpNumThreads: 1,
  enableCpuMemArena: false,
  enableMemPattern: false,
  extra: { session: { intra_op: { allow_spinning: '0' } } },
}

/** Throws `ModelRefused`. */
export async function openSession(bytes: Uint8Array, file: string): Promise<ModelSession> {
  const session = await createSession(bytes, file)
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    async run(feeds) {
      const tensors = await session.run(
        Object.fromEntries(
          feeds.map(({ name, type, data, dims }) => [name, new Tensor(type, data, dims)]),
        ),
      )
      const outputs = new Map<string, Output>()
      for (const [name, tensor] of Object.entries(tensors)) {
        outputs.set(name, { name, dims: tensor.dims, data: floatsOf(name, tensor) })
        tensor.dispose()
      }
      return outputs
    },
    close: () => session.release(),
  }
}

/** Names, types and shapes of a model file. Throws `ModelRefused`. */
export async function inspectModel(bytes: Uint8Array, file: string): Promise<ModelFacts> {
  const session = await createSession(bytes, file)
  const factsOf = (metadata: readonly InferenceSession.ValueMetadata[]): TensorFacts[] =>
    metadata.map((value) =>
      value.isTensor
        ? {
            name: value.name,
            type: value.type,
            shape: value.shape.map((size) => (typeof size === 'number' && size > 0 ? size : null)),
          }
        : { name: value.name, type: 'no tensor', shape: [] },
    )
  const facts = {
    inputs: factsOf(session.inputMetadata),
    outputs: factsOf(session.outputMetadata),
  }
  await session.release()
  return facts
}

async function createSession(bytes: Uint8Array, file: string): Promise<InferenceSession> {
  return await InferenceSession.create(bytes, SESSION).catch((cause: unknown) => {
    throw new ModelRefused(`${file} cannot be loaded: ${messageOf(cause)}`, { cause })
  })
}

function floatsOf(name: string, { type, data }: Tensor): Float32Array {
  if (data instanceof Float32Array) return data
  if (data instanceof BigInt64Array) return Float32Array.from(data, Number)
  if (type === 'float16' && data instanceof Uint16Array) return Float32Array.from(data, halfValue)
  if (data instanceof Int32Array || data instanceof Float64Array) return Float32Array.from(data)
  throw new ModelRefused(`output "${name}" must hold numbers that can be read, got ${type}`)
}
