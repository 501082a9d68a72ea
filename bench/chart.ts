export interface Bar { name: string, /** Beside the baseline, which is 1. */ ratio: number, /** What is asked of it. */ asked?: number | undefined, note: string }

const [LABEL, WIDTH, ROW, HEAD] = [330, 420, 30, 46]

const escaped = (text: string) => text.replace(/[&<>]/g, sign => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign]!)

/** A bar for each, a line where it should reach at least; as an SVG that stands by itself. */
export function barChart (title: string, bars: readonly Bar[]): string {
  const most = Math.max(1, ...bars.map(({ ratio }) => ratio))
  const x = (ratio: number) => LABEL + ratio / most * WIDTH
  const height = HEAD + bars.length * ROW + 12
  const rows = bars.flatMap(({ name, ratio, asked, note }, i) => {
    const y = HEAD + i * ROW
    const below = asked !== undefined && ratio < asked
    return [
      `<text x="${LABEL - 10}" y="${y + 16}" text-anchor="end">${escaped(name)}</text>`,
      `<rect x="${LABEL}" y="${y + 2}" width="${(x(ratio) - LABEL).toFixed(1)}" height="20" fill="${below ? '#c2410c' : '#2563eb'}"/>`,
      `<text x="${(x(ratio) + 6).toFixed(1)}" y="${y + 16}">${ratio.toFixed(2)} · ${escaped(note)}</text>`,
      ...asked === undefined ? [] : [`<line x1="${x(asked).toFixed(1)}" x2="${x(asked).toFixed(1)}" y1="${y - 1}" y2="${y + 25}" stroke="#111" stroke-width="2"/>`]
    ]
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${LABEL + WIDTH + 230}" height="${height}" font-family="sans-serif" font-size="13">`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    `<text x="12" y="26" font-size="15" font-weight="bold">${escaped(title)}</text>`,
    ...rows,
    '</svg>'
  ].join('\n') + '\n'
}
