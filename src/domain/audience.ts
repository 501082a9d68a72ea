/**
 * Whom a field concerns, besides the public. `own_agency`: a client with `measurements:write` whose grants cover the
 * agency, and the one that pushed the figure · `reviewer`: `measurements:review` · `administrator`: `registry:admin`.
 */
export type Audience = 'own_agency' | 'reviewer' | 'administrator'
