export function breakdownKeyOf (breakdown: Record<string, string>): string {
  const dimensions = Object.keys(breakdown)
  if (dimensions.length < 2) return dimensions.length === 0 ? '' : `${dimensions[0]}=${breakdown[dimensions[0]!]}`
  return dimensions.sort().map(dimension => `${dimension}=${breakdown[dimension]}`).join(';')
}
