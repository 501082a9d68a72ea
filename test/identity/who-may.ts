/**
 * Who may ask what: every operation of the document once, by hand from the contract (§3, §8) and not from the routes.
 * `anybody` needs no token and looks at none; `read` needs `registry:read` where READ_ACCESS=token, and is open else.
 */
export const WHO_MAY: Readonly<Record<string, readonly string[]>> = lines({
  anybody: `
    GET / · GET /v1 · GET /health/live · GET /health/ready · GET /problems · GET /problems/{type}
    GET /v1/openapi.json · GET /v1/openapi.yaml · GET /.well-known/jwks.json · POST /oauth/token · POST /oauth/revoke
    GET /.well-known/oauth-authorization-server · GET /.well-known/oauth-protected-resource`,
  read: `
    GET /v1/status · GET /v1/indicators/{code}/status · GET /v1/indicators/{code}/series · GET /v1/plans/{code}/summary
    GET /v1/obligations · GET /v1/obligations/completeness · GET /v1/agencies/{code}/scorecard · GET /v1/rankings
    GET /v1/ranking-methods · GET /v1/measurements · GET /v1/measurements/{id} · GET /v1/measurements/{id}/revisions
    GET /v1/measurements/{id}/history · GET /v1/explanations · GET /v1/explanations/{id}
    GET /v1/explanations/{id}/versions · GET /v1/quality-rules · GET /v1/quality-rules/{code}
    GET /v1/quality-rules/{code}/versions · GET /v1/plans · GET /v1/plans/{code} · GET /v1/pillars
    GET /v1/pillars/{code} · GET /v1/indicators · GET /v1/indicators/{code} · GET /v1/indicators/{code}/targets
    GET /v1/targets · GET /v1/targets/{id} · GET /v1/targets/{id}/versions · GET /v1/targets/{id}/versions/{version}
    GET /v1/targets/{id}/allocations · GET /v1/targets/{id}/reconciliation · GET /v1/tasks · GET /v1/tasks/{code}
    GET /v1/tasks/{code}/notes · GET /v1/tasks/{code}/notes/{id} · GET /v1/assignments · GET /v1/assignments/{id}
    GET /v1/documents · GET /v1/documents/{id} · GET /v1/agencies · GET /v1/agencies/{code}
    GET /v1/agencies/{code}/successors · GET /v1/agencies/{code}/predecessors · GET /v1/dimensions
    GET /v1/dimensions/{code} · GET /v1/dimensions/{code}/members · GET /v1/dimensions/{code}/members/{member}
    GET /v1/calendars · GET /v1/calendars/{code} · GET /v1/calendars/{code}/periods
    GET /v1/calendars/{code}/periods/{period}/transitions
    GET /v1/calendars/{code}/periods/{period}/transitions/{sequence} · GET /v1/holidays · GET /v1/holidays/{day}
    GET /v1/extensions · GET /v1/extensions/{id} · GET /v1/reorganisations · GET /v1/reorganisations/{id}
    GET /v1/status-rules · GET /v1/status-rules/{version}`,
  'measurements:write': 'POST /v1/measurements · POST /v1/submissions',
  'measurements:review': 'POST /v1/measurements/{id}/review · POST /v1/reviews',
  'measurements:write measurements:review': `
    GET /v1/submissions · GET /v1/submissions/{id} · GET /v1/submissions/{id}/rows
    POST /v1/measurements/{id}/withdrawal · GET /v1/quality-outcomes`,
  'measurements:review registry:write': 'POST /v1/quality-rules/trial',
  'measurements:write registry:write registry:admin': `
    POST /v1/explanations · PATCH /v1/explanations/{id} · POST /v1/explanations/{id}/withdrawal`,
  'registry:write': `
    POST /v1/plans · PATCH /v1/plans/{code} · POST /v1/pillars · PATCH /v1/pillars/{code} · POST /v1/indicators
    PATCH /v1/indicators/{code} · POST /v1/quality-rules · PATCH /v1/quality-rules/{code} · POST /v1/targets
    POST /v1/targets/{id}/amendments · POST /v1/targets/{id}/allocations
    POST /v1/tasks · PATCH /v1/tasks/{code} · POST /v1/tasks/{code}/notes · POST /v1/assignments
    PATCH /v1/assignments/{id} · POST /v1/documents · PATCH /v1/documents/{id} · POST /v1/agencies
    PATCH /v1/agencies/{code} · POST /v1/dimensions · PATCH /v1/dimensions/{code} · POST /v1/dimensions/{code}/members
    PATCH /v1/dimensions/{code}/members/{member}`,
  'registry:admin': `
    POST /v1/agencies/{code}/entered-in-error · GET /v1/clients · POST /v1/clients · GET /v1/clients/{id}
    PATCH /v1/clients/{id} · GET /v1/clients/{id}/secrets · POST /v1/clients/{id}/secrets
    GET /v1/clients/{id}/secrets/{secret} · POST /v1/clients/{id}/secrets/{secret}/revocation
    GET /v1/clients/{id}/keys · POST /v1/clients/{id}/keys · GET /v1/clients/{id}/keys/{key}
    POST /v1/clients/{id}/keys/{key}/revocation · GET /v1/signing-keys · POST /v1/signing-keys
    GET /v1/signing-keys/{kid} · GET /v1/clients/{id}/transitions · POST /v1/clients/{id}/transitions
    GET /v1/clients/{id}/transitions/{sequence} · POST /v1/calendars · PATCH /v1/calendars/{code}
    POST /v1/calendars/{code}/periods/{period}/transitions · POST /v1/holidays · PATCH /v1/holidays/{day}
    DELETE /v1/holidays/{day} · POST /v1/extensions · POST /v1/extensions/{id}/revocation · POST /v1/reorganisations
    POST /v1/status-rules`,
  'registry:read registry:write registry:admin measurements:write measurements:review webhooks:write': 'GET /v1/clients/me'
})

function lines (texts: Record<string, string>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(texts).map(([who, text]) =>
    [who, text.split(/·|\n/).map(one => one.trim()).filter(one => one !== '')]))
}
