-- A numerator or denominator takes no decimals unless the catalogue says so. The plan's three indicators in money were entered
-- before it could be said; what was read in for them stands in the seed (src/seed/plan/indicators-economy.ts).
UPDATE indicators SET
  numerator = numerator || '{"unit": "tỷ đồng", "decimals": 2, "minimum": "0"}',
  denominator = denominator || '{"unit": "tỷ đồng", "decimals": 2, "minimum": "0"}',
  row_version = row_version + 1
WHERE code IN ('KTS-01', 'KTS-02', 'KTS-05') AND provenance = 'quoted' AND value_kind = 'ratio'
  AND numerator IS NOT NULL AND denominator IS NOT NULL
  AND NOT numerator ?| '{unit,decimals,minimum}' AND NOT denominator ?| '{unit,decimals,minimum}';
