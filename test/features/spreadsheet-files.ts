/**
 * What spreadsheets, mail programs and old tools make of a file, and what a push must answer, written before the first
 * run. `{i}` stands for an indicator of one decimal, `{p}` for the province; the figures of a case are in cells of its own.
 */
export interface Mangled {
  what: string
  file: string | Buffer
  query?: string
  type?: string
  /** What is stored of it, in the order of the cells: value and note. */
  stored?: [value: string, note?: string][]
  /** Of the whole file, or of a row: `<line> <pointer> <code>`, and a part of the sentence. */
  refused?: { status: number, code: string, says: string }
  rejected?: [what: string, says: string][]
}

const SEMICOLONS = '&delimiter=%3B&decimalComma=true'
const head = 'indicator;agency;period;breakdown.cell;value;note'
const row = (cell: string, value: string, note = '') => `{i};{p};2025-Q1;${cell};${value};${note}`
const sheet = (...lines: string[]) => `${lines.join('\r\n')}\r\n`

/** Vietnamese in the code page of a Vietnamese Windows: vowels, and tones behind them. */
const windows1258 = (text: string): Buffer => Buffer.concat([...text.normalize('NFD')].map(letter => {
  const code = { '\u0300': 0xcc, '\u0301': 0xec, '\u0303': 0xde, '\u0309': 0xd2, '\u0323': 0xf2, đ: 0xf0 }[letter]
  return Buffer.from([code ?? letter.charCodeAt(0)])
}))

export const MANGLED: Mangled[] = [
  { what: 'Excel, "CSV UTF-8": a byte order mark, semicolons, commas', file: `\ufeff${sheet(head, row('c1', '82,5', 'Đủ'), row('c2', '7'))}`, query: SEMICOLONS, stored: [['82.5', 'Đủ'], ['7']] },
  { what: 'Excel, rows that were cleared and not deleted', file: sheet(head, row('c3', '1'), ';;;;;', row('c4', '2'), ';;;;;', ';;;;;'), query: SEMICOLONS, stored: [['1'], ['2']] },
  { what: 'LibreOffice, every cell quoted, a cleared row too', file: sheet('"indicator";"agency";"period";"breakdown.cell";"value";"note"', '"{i}";"{p}";"2025-Q1";"c5";"1,5";""', '"";"";"";"";"";""'), query: SEMICOLONS, stored: [['1.5']] },
  { what: 'Excel, columns that were cleared and not deleted', file: sheet(`${head};;;`, `${row('c6', '1', 'x')};;;`, `${row('c7', '2')};;;`), query: SEMICOLONS, stored: [['1', 'x'], ['2']] },
  { what: 'a remark in a column without a name', file: sheet(`${head};`, `${row('c8', '1')};hỏi lại`), query: SEMICOLONS, rejected: [['2  wrong_cell_count', 'Cell 7 has content, but its column has no name in the header.']] },
  { what: 'Excel, cells left out at the end of a row', file: sheet(head, '{i};{p};2025-Q1;c9;1'), query: SEMICOLONS, rejected: [['2  wrong_cell_count', 'This record has 5 cells, the header has 6.']] },
  { what: 'a note with a semicolon that nobody quoted', file: sheet(`${head};reason;`, `${row('c9', '1', 'một; hai')};;`), query: SEMICOLONS, rejected: [['2  wrong_cell_count', 'This record has 9 cells, the header has 8.']] },
  { what: 'sep=; for Excel', file: sheet('sep=;', head, row('c10', '1.5')), stored: [['1.5']] },
  { what: 'sep=; in a file that was asked for with commas', file: sheet('sep=;', head, row('c10', '1')), query: '&delimiter=%2C', refused: { status: 400, code: 'delimiter contradiction', says: 'the first line of the file says "sep=;"' } },
  { what: 'a DOS tool: an end-of-file mark', file: `${sheet(head, row('c11', '1,5'))}\x1a`, query: SEMICOLONS, stored: [['1.5']] },
  { what: 'a DOS tool, NDJSON', file: '{"indicator":"{i}","agency":"{p}","period":"2025-Q1","breakdown":{"cell":"c12"},"value":"3"}\r\n\x1a', type: 'application/x-ndjson', stored: [['3']] },
  { what: 'titles above the header', file: sheet('BÁO CÁO QUÝ I;;;;;', ';;;;;', head, row('c13', '1')), query: SEMICOLONS, refused: { status: 400, code: ' header_not_first', says: 'here it seems to be line 3: delete the lines above it' } },
  { what: 'titles, and the wrong delimiter', file: sheet('BÁO CÁO QUÝ I', head, row('c13', '1')), refused: { status: 400, code: ' header_not_first', says: 'must be line 1; here it seems to be line 2' } },
  { what: 'Excel, "Unicode Text": UTF-16 with a mark', file: Buffer.from(`\ufeff${sheet(head, row('c14', '1'))}`, 'utf16le'), query: SEMICOLONS, refused: { status: 400, code: ' utf_16', says: '"CSV UTF-8 (Comma delimited)"' } },
  { what: 'UTF-16 without a mark', file: Buffer.from(sheet(head, row('c14', '1')), 'utf16le'), query: SEMICOLONS, refused: { status: 400, code: ' utf_16', says: 'is in UTF-16' } },
  { what: 'UTF-16, the other way round', file: Buffer.from(sheet(head, row('c14', '1')), 'utf16le').swap16(), query: SEMICOLONS, refused: { status: 400, code: ' utf_16', says: 'is in UTF-16' } },
  { what: 'a generated client: CSV within a JSON string', file: Buffer.from(JSON.stringify(sheet(head, row('c14', '1')))), query: SEMICOLONS, refused: { status: 400, code: ' json_string', says: 'is one JSON string' } },
  { what: 'a generated client: NDJSON within a JSON string', file: Buffer.from(JSON.stringify('{"indicator":"{i}"}\n{}\n')), type: 'application/x-ndjson', refused: { status: 400, code: ' json_string', says: 'is one JSON string' } },
  { what: 'a generated client: JSON within a JSON string', file: Buffer.from(JSON.stringify('{"rows":[]}')), type: 'application/json', refused: { status: 400, code: ' json_string', says: 'is one JSON string' } },
  { what: 'Power Automate: CSV in its envelope', file: JSON.stringify({ '$content-type': 'text/csv', $content: Buffer.from(sheet(head)).toString('base64') }), refused: { status: 400, code: ' base64_body', says: 'base64ToBinary' } },
  { what: 'Power Automate: CSV in its envelope, as JSON', file: JSON.stringify({ '$content-type': 'text/csv', $content: Buffer.from(sheet(head)).toString('base64') }), type: 'application/json', refused: { status: 400, code: ' base64_body', says: 'base64ToBinary' } },
  { what: 'Power Automate: CSV in base64', file: Buffer.from(sheet(head)).toString('base64'), refused: { status: 400, code: ' base64_body', says: 'the bytes of the file' } },
  { what: 'PowerShell, NDJSON', file: Buffer.from('\ufeff{"indicator":"{i}"}\r\n', 'utf16le'), type: 'application/x-ndjson', refused: { status: 400, code: ' utf_16', says: '`-Encoding utf8`' } },
  { what: 'PowerShell, JSON', file: Buffer.from('\ufeff{"rows":[]}', 'utf16le'), type: 'application/json', refused: { status: 400, code: ' utf_16', says: 'is in UTF-16' } },
  { what: 'Excel, "CSV": the code page of a Vietnamese Windows', file: windows1258(sheet(head, row('c15', '1', 'đủ'), row('c16', '2', 'none'))), query: SEMICOLONS, stored: [['2', 'none']], rejected: [['2  invalid_utf8', 'it seems to be Windows-1258.']] },
  { what: 'the code page of a Western Windows', file: Buffer.from(sheet(head, row('c17', '1', 'é')), 'latin1'), query: SEMICOLONS, rejected: [['2  invalid_utf8', 'it seems to be Windows-1252.']] },
  { what: 'a header in the code page of a Vietnamese Windows', file: windows1258(sheet(`${head};#hủy`, `${row('c17', '1')};`)), query: SEMICOLONS, refused: { status: 400, code: ' invalid_utf8', says: 'Windows-1258' } },
  { what: 'a thousands point in a file of commas', file: sheet(head, row('c18', '1.234')), query: SEMICOLONS, rejected: [['2 /value not_a_decimal', 'such as 82,50. Read: "1.234".']] },
  { what: 'thousands points and a comma', file: sheet(head, row('c18', '1.234,5')), query: SEMICOLONS, rejected: [['2 /value not_a_decimal', 'such as 82,50. Read: "1.234,5"; did you mean "1234,5"?']] },
  { what: 'Excel in French: a no-break space between thousands', file: sheet(head, row('c18', '1\u00a0234')), query: SEMICOLONS, rejected: [['2 /value not_a_decimal', 'Read: "1<U+00A0>234"; did you mean "1234"?']] },
  { what: 'a comma in a file of points', file: sheet(head, row('c18', '82,5')), query: '&delimiter=%3B', rejected: [['2 /value not_a_decimal', 'such as "82.50". Read: "82,5"; did you mean "82.5"?']] },
  { what: 'Excel: a large number shortened', file: sheet(head, row('c18', '1,23457E+11')), query: SEMICOLONS, rejected: [['2 /value not_a_decimal', 'no exponent']] },
  { what: 'Word: a minus that is none', file: sheet(head, row('c18', '\u22125')), query: SEMICOLONS, rejected: [['2 /value not_a_decimal', 'Read: "<U+2212>5"; did you mean "-5"?']] },
  { what: 'a percent sign', file: sheet(head, row('c18', '82,5%')), query: SEMICOLONS, rejected: [['2 /value not_a_decimal', 'did you mean "82,5"?']] },
  { what: 'an error of a formula', file: sheet(head, row('c18', '#N/A')), query: SEMICOLONS, rejected: [['2 /value not_a_decimal', 'Read: "#N/A".']] },
  { what: 'a value beyond its bounds, said with a comma', file: sheet('indicator;agency;period;value', 'TY-LE;{p};2025-Q1;99,7'), query: SEMICOLONS, rejected: [['2 /value value_out_of_range', '0 … 99,5']] },
  { what: 'Excel: a month made a date', file: sheet(head, '{i};{p};Jun-25;c18;1;'), query: SEMICOLONS, rejected: [['2 /period unknown_period', '"Jun-25"']] },
  { what: 'a no-break hyphen in a code', file: sheet(head, row('c18', '1').replace('{i}', '{i:\u2011}')), query: SEMICOLONS, rejected: [['2 /indicator unknown_indicator', '<U+2011>']] },
  { what: 'a no-break space behind a code', file: sheet(head, row('c18', '1').replace('{p}', '{p}\u00a0')), query: SEMICOLONS, rejected: [['2 /agency unknown_agency', 'There is no agency "UBND-TINH<U+00A0>"; did you mean "UBND-TINH"?']] },
  { what: 'a zero-width space in a member', file: sheet(head, row('\u200bc18', '1')), query: SEMICOLONS, rejected: [['2 /breakdown/cell unknown_member', '"<U+200B>c18"; did you mean "c18"?']] },
  { what: 'a no-break hyphen in a period', file: sheet(head, row('c18', '1').replace('2025-Q1', '2025\u2011Q1')), query: SEMICOLONS, rejected: [['2 /period unknown_period', '"2025<U+2011>Q1"']] },
  { what: 'a blank behind a code', file: sheet(head, row('c18', '1').replace('{p}', '{p} ')), query: SEMICOLONS, rejected: [['2 /agency unknown_agency', 'did you mean "UBND-TINH"?']] },
  { what: 'names of columns in other letters', file: sheet(head.replace('value', 'Value '), row('c18', '1')), query: SEMICOLONS, refused: { status: 400, code: '/Value  unknown_column', says: 'There is no column "Value<U+0020>".' } },
  { what: 'tabs between the cells', file: sheet(head, row('c18', '1')).replaceAll(';', '\t'), refused: { status: 400, code: `/${head.replaceAll(';', '\t')} unknown_column`, says: 'A file with tabs between its cells is not taken; save it as CSV.' } },
  { what: 'columns of our own, by their mark', file: sheet(`${head};#người nhập;#`, `${row('c19', '1', 'x')};An;5`), query: SEMICOLONS, stored: [['1', 'x']] },
  { what: 'columns of our own, by the query', file: sheet(`${head};Người nhập;stt`, `${row('c20', '1')};An;5`), query: `${SEMICOLONS}&ignoreColumns=${encodeURIComponent('Người nhập')}&ignoreColumns=stt`, stored: [['1']] },
  { what: 'a column of ours is not passed over', file: sheet(head, row('c21', '1')), query: `${SEMICOLONS}&ignoreColumns=note&ignoreColumns=breakdown.cell`, refused: { status: 400, code: 'ignoreColumns own_column', says: '"note" is a field of a row, and cannot be passed over.' } },
  { what: 'Power Automate: seven digits of a second', file: sheet(`${head};observedAt`, `${row('c22', '1')};2025-04-01T08:30:00.1234567Z`), query: SEMICOLONS, stored: [['1']] },
  { what: 'Google Sheets: commas, points, LF, no last line feed', file: [head, row('c23', '1.5', 'x')].join('\n').replaceAll(';', ','), stored: [['1.5', 'x']] }
]
