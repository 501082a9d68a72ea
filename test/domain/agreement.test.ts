import { test } from 'tap'
import { contradictionsOf, type TimedIndicator } from '../../src/domain/agreement.js'
import { parsePeriod } from '../../src/domain/period.js'
import type { RawFigure } from '../../src/domain/rollup.js'
import type { Frequency } from '../../src/domain/words.js'

const ALL: Frequency[] = ['monthly', 'quarterly', 'half_yearly', 'nine_months', 'yearly']
const count = (more: Partial<TimedIndicator> = {}): TimedIndicator => ({ frequencies: ALL, timeBasis: 'during_period', valueKind: 'count', decimals: 0, ...more })
const ratio = (more: Partial<TimedIndicator> = {}) => count({ valueKind: 'ratio', decimals: 2, ...more })

function figure (text: string): RawFigure {
  const [value, denominator] = text.split('/')
  return denominator === undefined ? { value } : { numerator: value, denominator }
}

type Case = [why: string, indicator: TimedIndicator, stored: Record<string, string>, period: string, expected: string[], answering?: string[]]

/** `stored` holds the figure of the period too, as it is pushed; what is expected reads "whole stated ≠ parts made". */
const CASES: Case[] = [
  ['the half-year is its quarters', count(), { '2025-Q1': '300', '2025-Q2': '250', '2025-H1': '550' }, '2025-H1', []],
  ['or is not', count(), { '2025-Q1': '300', '2025-Q2': '250', '2025-H1': '560' }, '2025-H1', ['2025-H1 560 ≠ 2025-Q1 + 2025-Q2 550']],
  ['a quarter that comes last', count(), { '2025-Q1': '300', '2025-Q2': '250', '2025-H1': '560' }, '2025-Q2', ['2025-H1 560 ≠ 2025-Q1 + 2025-Q2 550']],
  ['not all are there', count(), { '2025-Q1': '300', '2025-H1': '290' }, '2025-H1', []],
  ['another year has nothing to do with it', count(), { '2024-Q1': '300', '2025-Q2': '250', '2025-H1': '560' }, '2025-Q2', []],
  ['the longer one speaks for itself', count(), { '2025-Q1': '300', '2025-Q2': '250', '2025-H1': '560' }, '2025-Q2', [], ['2025-H1']],
  ['the year by half-year, quarter and months', count(), { '2025-H1': '550', '2025-Q3': '280', '2025-10': '100', '2025-11': '100', '2025-12': '60', 2025: '1000' }, '2025', ['2025 1000 ≠ 2025-H1 + 2025-Q3 + 2025-10 + 2025-11 + 2025-12 1090']],
  ['nine months and a quarter', count(), { '2025-9M': '830', '2025-Q4': '260', 2025: '1090' }, '2025', []],
  ['a quarter within nine months and the half-year: the shorter one', count(), { '2025-Q1': '1', '2025-Q2': '2', '2025-Q3': '3', '2025-H1': '4', '2025-9M': '5' }, '2025-Q1', ['2025-H1 4 ≠ 2025-Q1 + 2025-Q2 3']],
  ['of its months and of its year', count(), { '2025-01': '1', '2025-02': '1', '2025-03': '1', '2025-Q1': '4', '2025-Q2': '4', '2025-H2': '8', 2025: '15' }, '2025-Q1', ['2025-Q1 4 ≠ 2025-01 + 2025-02 + 2025-03 3', '2025 15 ≠ 2025-Q1 + 2025-Q2 + 2025-H2 16']],
  ['decimals are exact', count({ valueKind: 'number', decimals: 1 }), { '2025-Q1': '0.1', '2025-Q2': '0.2', '2025-H1': '0.3' }, '2025-H1', []],
  ['only frequencies of the indicator', count({ frequencies: ['quarterly', 'yearly'] }), { '2025-H1': '1', '2025-Q3': '1', '2025-Q4': '1', 2025: '9' }, '2025', []],
  ['numerators and denominators are added', ratio(), { '2025-Q1': '60/100', '2025-Q2': '50/100', '2025-H1': '110/200' }, '2025-H1', []],
  ['also where the share comes out the same', ratio(), { '2025-Q1': '60/100', '2025-Q2': '50/100', '2025-H1': '55/100' }, '2025-H1', ['2025-H1 55/100 ≠ 2025-Q1 + 2025-Q2 110/200']],
  ['a bare share is that of the parts, rounded', ratio(), { '2025-Q1': '1/3', '2025-Q2': '1/3', '2025-H1': '33.33' }, '2025-H1', []],
  ['or is not', ratio(), { '2025-Q1': '1/3', '2025-Q2': '1/3', '2025-H1': '33.3' }, '2025-H1', ['2025-H1 33.3 ≠ 2025-Q1 + 2025-Q2 2/6']],
  ['bare shares cannot be added', ratio(), { '2025-Q1': '60', '2025-Q2': '50/100', '2025-H1': '10/200' }, '2025-H1', []],
  ['nothing to measure adds nothing', ratio(), { '2025-Q1': '0/0', '2025-Q2': '50/100', '2025-H1': '50/100' }, '2025-Q1', []],
  ['to date: nine months are the third quarter', count({ timeBasis: 'year_to_date' }), { '2025-Q3': '830', '2025-9M': '840' }, '2025-9M', ['2025-9M 840 ≠ 2025-Q3 830']],
  ['whichever comes last', count({ timeBasis: 'year_to_date' }), { '2025-Q3': '830', '2025-9M': '840' }, '2025-Q3', ['2025-9M 840 ≠ 2025-Q3 830']],
  ['the year, December, the fourth quarter and the second half', count({ timeBasis: 'year_to_date' }), { '2025-12': '9', '2025-Q4': '9', '2025-H2': '8', 2025: '9' }, '2025-H2', ['2025-H2 8 ≠ 2025-Q4 9', '2025 9 ≠ 2025-H2 8']],
  ['and never their sum', count({ timeBasis: 'year_to_date' }), { '2025-Q1': '300', '2025-Q2': '550', '2025-H1': '550' }, '2025-H1', []],
  ['on the last day likewise', count({ timeBasis: 'end_of_period' }), { '2025-Q2': '70', '2025-H1': '71' }, '2025-Q2', ['2025-H1 71 ≠ 2025-Q2 70']],
  ['a share that is the same one', ratio({ timeBasis: 'end_of_period' }), { '2025-Q2': '1/3', '2025-H1': '33.33' }, '2025-Q2', []],
  ['other counts behind the same share', ratio({ timeBasis: 'end_of_period' }), { '2025-Q2': '1/2', '2025-H1': '2/4' }, '2025-H1', ['2025-H1 2/4 ≠ 2025-Q2 1/2']],
  ['"not applicable" beside a share', ratio({ timeBasis: 'end_of_period' }), { '2025-Q2': '0/0', '2025-H1': '50' }, '2025-H1', ['2025-H1 50 ≠ 2025-Q2 0/0']]
]

test('a figure of a longer period is what its parts make it, or the contradiction is named with both numbers', async t => {
  for (const [why, indicator, stored, code, expected, answering = []] of CASES) {
    const figureOf = (period: { code: string }) => stored[period.code] === undefined ? undefined : figure(stored[period.code]!)
    const found = contradictionsOf(parsePeriod(code)!, indicator, figureOf, whole => answering.includes(whole.code))
    t.same(found.map(({ whole, stated, parts, made }) => `${whole.code} ${stated} ≠ ${parts.map(part => part.code).join(' + ')} ${made}`), expected, why)
  }
})
