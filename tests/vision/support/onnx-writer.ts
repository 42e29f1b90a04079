/** Writes small ONNX files: outputs are constants, so a test knows every number a model will say. */

/** Element types of TensorProto (onnx.proto). */
const TYPE = { float32: 1, uint8: 2, int64: 7, float16: 10 } as const
type ElementType = keyof typeof TYPE

export interface Tensor {
  readonly name: string
  readonly type?: ElementType
  /** A text is a size left open. */
  readonly dims: readonly (number | string)[]
}

export interface ConstantOutput extends Tensor {
  readonly dims: readonly number[]
  readonly values: readonly number[] | Float32Array
}

/** A step of the graph; whole numbers and lists of them as its attributes. */
export interface Step {
  readonly op: string
  readonly inputs: readonly string[]
  readonly output: string
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>
}

export interface ModelPlan {
  readonly inputs: readonly Tensor[]
  readonly outputs: readonly ConstantOutput[]
  /** Outputs that are worked out, from inputs and from constants. */
  readonly computed?: readonly (Tensor & { readonly steps: readonly Step[] })[]
  readonly constants?: readonly ConstantOutput[]
  readonly metadata?: Readonly<Record<string, string>>
  readonly opset?: number
}

/** The bytes of a model that gives these outputs whatever it is shown. */
export function writeModel(plan: ModelPlan): Buffer {
  const { inputs, outputs, computed = [], constants = [], metadata = {}, opset = 15 } = plan
  const graph = [
    ...outputs.map(({ name }) =>
      field(1, [field(1, `value of ${name}`), field(2, name), field(4, 'Identity')]),
    ),
    ...computed.flatMap(({ steps }) => steps.map((step) => field(1, node(step)))),
    field(2, 'constants'),
    ...[...outputs, ...constants].map((output) => field(5, constant(output))),
    ...inputs.map((input) => field(11, valueInfo(input))),
    ...[...outputs, ...computed].map((output) => field(12, valueInfo(output))),
  ]
  return Buffer.concat([
    field(1, 8),
    field(7, graph),
    field(8, [field(1, ''), field(2, opset)]),
    ...Object.entries(metadata).map(([key, value]) => field(14, [field(1, key), field(2, value)])),
  ])
}

/** Attributes of type INT (2) and INTS (7). */
function node({ op, inputs, output, attributes = {} }: Step): Buffer[] {
  return [
    ...inputs.map((input) => field(1, input)),
    field(2, output),
    field(4, op),
    ...Object.entries(attributes).map(([name, value]) =>
      typeof value === 'number'
        ? field(5, [field(1, name), field(3, value), field(20, 2)])
        : field(5, [field(1, name), ...value.map((one) => field(8, one)), field(20, 7)]),
    ),
  ]
}

function constant({ name, type = 'float32', dims, values }: ConstantOutput): Buffer[] {
  return [
    ...dims.map((size) => field(1, size)),
    field(2, TYPE[type]),
    field(8, `value of ${name}`),
    field(9, bytesOf(type, values)),
  ]
}

function bytesOf(type: ElementType, values: readonly number[] | Float32Array): Buffer {
  if (type === 'int64') return Buffer.from(BigInt64Array.from(values, BigInt).buffer)
  if (type === 'float32') return Buffer.from(Float32Array.from(values).buffer)
  throw new Error(`constants of type ${type} are not written`)
}

function valueInfo({ name, type = 'float32', dims }: Tensor): Buffer[] {
  const shape = dims.map((size) =>
    field(1, typeof size === 'number' ? [field(1, size)] : [field(2, size)]),
  )
  return [field(1, name), field(2, [field(1, [field(1, TYPE[type]), field(2, shape)])])]
}

/** One protocol buffer field: a number as varint, everything else with its length. */
function field(number: number, value: number | string | Buffer | readonly Buffer[]): Buffer {
  if (typeof value === 'number') return Buffer.concat([varint(number * 8), varint(value)])
  const bytes =
    typeof value === 'string'
      ? Buffer.from(value)
      : Buffer.isBuffer(value)
        ? value
        : Buffer.concat(value as Buffer[])
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  while (rest > 127) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  return Buffer.from([...bytes, rest])
}
