/** Logistic regression by Newton's method, with a small ridge on standardised values. */
export interface Example {
  readonly values: readonly number[]
  readonly isTrue: boolean
}

const RIDGE = 1
const ROUNDS = 20

/** The base first, then one weight a value, per unit of the value. */
export function fitted(examples: readonly Example[]): number[] {
  const width = examples[0]?.values.length ?? 0
  const columns = Array.from({ length: width }, (_, at) => momentsOf(examples, at))
  const rows = examples.map(({ values }) => [
    1,
    ...values.map((value, at) => (value - (columns[at]?.mean ?? 0)) / (columns[at]?.spread ?? 1)),
  ])
  let weights: number[] = Array.from({ length: width + 1 }, () => 0)
  for (let round = 0; round < ROUNDS; round++) weights = newtonStep(rows, examples, weights)
  const [base = 0, ...slopes] = weights
  const perUnit = slopes.map((slope, at) => slope / (columns[at]?.spread ?? 1))
  const shift = perUnit.reduce((sum, slope, at) => sum + slope * (columns[at]?.mean ?? 0), 0)
  return [base - shift, ...perUnit]
}

function momentsOf(examples: readonly Example[], at: number) {
  const values = examples.map(({ values: all }) => all[at] ?? 0)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return { mean, spread: Math.sqrt(square) || 1 }
}

function newtonStep(
  rows: readonly (readonly number[])[],
  examples: readonly Example[],
  weights: readonly number[],
): number[] {
  const size = weights.length
  const gradient = weights.map((weight, at) => (at === 0 ? 0 : RIDGE * weight))
  const curvature = weights.map((_, i) => weights.map((__, j): number => (i === j ? RIDGE : 0)))
  rows.forEach((row, nth) => {
    const odds = row.reduce((sum, value, at) => sum + value * (weights[at] ?? 0), 0)
    const chance = 1 / (1 + Math.exp(-odds))
    const off = chance - (examples[nth]?.isTrue ? 1 : 0)
    const bend = Math.max(1e-9, chance * (1 - chance))
    for (let i = 0; i < size; i++) {
      gradient[i] = (gradient[i] ?? 0) + off * (row[i] ?? 0)
      const line = curvature[i]
      for (let j = 0; line && j < size; j++)
        line[j] = (line[j] ?? 0) + bend * (row[i] ?? 0) * (row[j] ?? 0)
    }
  })
  const step = solved(curvature, gradient)
  const length = Math.max(1, Math.hypot(...step) / LONGEST_STEP)
  return weights.map((weight, at) => weight - (step[at] ?? 0) / length)
}

/** A longer step overshoots where the sides can be told apart nearly always. */
const LONGEST_STEP = 4

/** Gauss elimination; the matrix is positive definite. */
function solved(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, at) => [...row, right[at] ?? 0])
  const size = rows.length
  for (let column = 0; column < size; column++) {
    const pivot = rows[column] ?? []
    for (let below = 0; below < size; below++) {
      const row = rows[below]
      if (!row || below === column) continue
      const share = (row[column] ?? 0) / (pivot[column] ?? 1)
      for (let at = column; at <= size; at++) row[at] = (row[at] ?? 0) - share * (pivot[at] ?? 0)
    }
  }
  return rows.map((row, at) => (row[size] ?? 0) / (row[at] ?? 1))
}
