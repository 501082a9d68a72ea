import type pg from 'pg'

/** Communes below the districts of the plan's province, and their figures of 2025: as many a year as there may be, at most `figures`. */
export async function fillCommunes (client: pg.Client | pg.Pool, communes: number, figures: number): Promise<number> {
  await client.query(`
    insert into agencies (code, kind, level) select 'XA-' || i, 'commune_committee', 'commune' from generate_series(1, ${communes}) i;
    insert into agency_names (agency_code, name_vi, search, valid_from) select 'XA-' || i, 'Xã ' || i, 'xa ' || i, '2022-01-01' from generate_series(1, ${communes}) i;
    insert into agency_parents (agency_code, parent_code, valid_from)
      select 'XA-' || i, d.codes[1 + i % cardinality(d.codes)], '2022-01-01'
      from generate_series(1, ${communes}) i, (select array_agg(code order by code) as codes from agencies where kind = 'district_committee') d;
    insert into clients (id, name, scopes) values ('world', 'world', '{}');
    insert into submissions (id, client_id, mode, state, received, created, revised, unchanged, rejected, warned, completed_at)
      values ('00000000-0000-7000-8000-000000000001', 'world', 'partial', 'completed', 0, 0, 0, 0, 0, 0, now())`)
  const { rowCount } = await client.query(`
    insert into measurements (indicator_code, id, period, agency_code, revision, value, numerator, denominator, quality, initial_state, client_id, submission_id)
    select i.code, md5(i.code || a.code || p.period)::uuid, p.period, a.code, 1,
      case when i.value_kind = 'ratio' then null else 10 end,
      case when i.value_kind = 'ratio' then 800 + hashtext(a.code) % 200 end, case when i.value_kind = 'ratio' then 1000 end,
      'official', 'accepted', 'world', '00000000-0000-7000-8000-000000000001'
    from indicators i
    cross join agencies a
    cross join lateral (
      select '2025-' || lpad(n::text, 2, '0') as period, 12 - n as back from generate_series(1, 12) n where i.frequency = 'monthly'
      union all select '2025-Q' || n, 4 - n from generate_series(1, 4) n where i.frequency = 'quarterly'
      union all select '2025-H' || n, 2 - n from generate_series(1, 2) n where i.frequency = 'half_yearly'
      union all select '2025', 0 where i.frequency = 'yearly'
    ) p
    where a.kind = 'commune_committee'
    order by p.back, i.code, a.code limit ${figures}
    on conflict do nothing`)
  return rowCount ?? 0
}
